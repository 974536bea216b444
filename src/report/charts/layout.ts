/** Room left of every plot for its axis, so that plots below one another share their time axis. */
export const PLOT_LEFT = 56;
/** Room right of every plot. */
export const PLOT_RIGHT = 10;
