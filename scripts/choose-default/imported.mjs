import { join } from 'node:path';
import { importFiles } from '../../dist/record/import/import-files.js';
import { readRecording } from '../../dist/record/recording/reader.js';

/** Files as a recording, by way of a file in `temp`. */
export async function imported(temp, paths, labels, format) {
  const output = join(temp, 'run.db');
  const options = { delimiter: ',', timeUnit: null, metric: 'value', namespace: '' };
  await importFiles(paths, { output, force: true, labels, format, ...options });
  return readRecording(output);
}
