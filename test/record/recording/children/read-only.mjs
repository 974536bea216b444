// Makes a folder read-only for itself alone and reads the recordings in it; prints JSON.
// Arguments: folder of the built modules, folder of finalised.db, cut-off.db.
const [modules, folder] = process.argv.slice(2);
const { execFileSync } = await import('node:child_process');
const { createRecording } = await import(`${modules}/writer.js`);
const { readRecording } = await import(`${modules}/reader.js`);
const { verifyRecording } = await import(`${modules}/verify.js`);
const { overview } = await import(`${modules}/overview.js`);

execFileSync('mount', ['--bind', folder, folder]);
execFileSync('mount', ['-o', 'remount,bind,ro', folder]);
const codeOf = (act) => {
  try {
    act();
    return '';
  } catch (error) {
    return error.code ?? String(error);
  }
};
const path = `${folder}/finalised.db`;
const meta = { kind: 'recorded', origin: 'x', intervalMs: null };
console.log(
  JSON.stringify({
    digest: readRecording(path).info.digest,
    sound: verifyRecording(path).problems.length === 0,
    samples: overview(path).series.length,
    cutOff: codeOf(() => readRecording(`${folder}/cut-off.db`)),
    live: codeOf(() => createRecording(`${folder}/new.db`, meta, { mode: 'live' })),
    atomic: codeOf(() => createRecording(`${folder}/new.db`, meta, { mode: 'atomic' })),
  }),
);
