import { compileCharts } from '../charts/compile.ts';
import { NOT_READY } from '../levels.ts';
import { decideLayer } from '../live/decide.ts';
import type { Shown } from '../live/panel-rows.ts';
import { openTape } from '../live/tape.ts';
import type { Report } from '../report.ts';
import { panelPicture } from './panel-picture.ts';
import { type Picture, PictureNames } from './picture.ts';
import { timelinePicture } from './timeline-picture.ts';
import { tunePictures } from './tune-pictures.ts';

/**
 * The charts of a report: `timeline`, every drawn series (the most interesting first), tuning. None
 * where no series is judged.
 */
export function reportPictures({ model, page }: Report): readonly Picture[] {
  const [layer] = page.layers;
  if (layer === undefined) return [];
  const specs = compileCharts();
  const tape = openTape(model, page, NOT_READY);
  const live = tape.layer(0);
  const { consecutive, within, recover } = layer.settings;
  const choice = { choice: layer.choice, consecutive, within: within ?? consecutive, recover };
  const { alerts } = decideLayer(tape, live, choice);
  const { startMs, endMs } = model.run;
  const shown: Shown = {
    ...{ model, tape, live },
    view: { from: startMs, to: Math.max(endMs, startMs + 1000), offsetMs: 0, choice: layer.choice },
  };
  const names = new PictureNames();
  const picture = (name: string, draw: () => Promise<string>): Picture => ({
    ...{ name: names.take(name), draw },
  });
  return [
    picture('timeline', () => timelinePicture(shown, specs, alerts)),
    ...(model.tune === null ? [] : tunePictures(model.tune, specs)).map(({ name, draw }) =>
      picture(name, draw),
    ),
    ...model.byInterest.map((s) => {
      const { name = '', metric = '' } = model.series[s] ?? {};
      return picture(`${name}-${metric}`, () => panelPicture(shown, specs, s, alerts));
    }),
  ];
}
