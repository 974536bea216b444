// Run by itself, as a bundle: prints the digests, with the clock and chance taken away.
import { replayDigests } from './digests.ts';

const forbidden = (name: string) => () => {
  throw new Error(`${name} was used`);
};
Math.random = forbidden('Math.random');
const { CLOCK } = process.env;
Date.now = CLOCK === undefined ? forbidden('Date.now') : () => Number(CLOCK);

process.stdout.write(JSON.stringify(replayDigests()));
