// How the presets `default` and `nab` were chosen, to be rerun with any labelled data:
//   npm run build
//   node scripts/choose-default.mjs FOLDER          NAME.csv with NAME.labels.json, long format
//   node scripts/choose-default.mjs --nab FOLDER    the layout of NAB, windows file beside or above
// It prints what the preset reaches, what each of its numbers is worth, and what is left when the
// numbers are chosen without the recording (or the category) that they are reported on.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseNab } from './choose-default/nab.mjs';
import { choosePods } from './choose-default/pods.mjs';

const args = process.argv.slice(2);
const isNab = args[0] === '--nab';
const folder = args[isNab ? 1 : 0];
if (folder === undefined) {
  console.error('Give a folder: node scripts/choose-default.mjs [--nab] FOLDER');
  process.exit(2);
}
const temp = mkdtempSync(join(tmpdir(), 'podtape-choose-'));
process.on('exit', () => rmSync(temp, { recursive: true, force: true }));

await (isNab ? chooseNab : choosePods)(folder, temp);
