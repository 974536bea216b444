// Makes a folder read-only for itself alone and runs the program on the recording in it; prints JSON.
// Arguments: the program, kubeconfig, folder of run.db.
import { execFileSync, spawn } from 'node:child_process';

const [cli, kubeconfig, folder] = process.argv.slice(2);
execFileSync('mount', ['--bind', folder, folder]);
execFileSync('mount', ['-o', 'remount,bind,ro', folder]);

function run(args) {
  const child = spawn(process.execPath, [cli, ...args], {
    ...{ cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
    env: { PATH: process.env.PATH, HOME: '/', NO_COLOR: '1', KUBECONFIG: kubeconfig },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  return new Promise((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

const commands = {
  record: ['record', '-o', 'new.db', '--duration', '1s'],
  resume: ['record', '--resume', 'run.db', '--duration', '1s'],
  replay: ['replay', 'run.db', '--json'],
  verify: ['verify', 'run.db'],
  report: ['report', 'run.db', '-o', 'run.html'],
  synth: ['synth', 'steady', '-o', 'made.db'],
};
const results = await Promise.all(Object.values(commands).map(run));
console.log(
  JSON.stringify(Object.fromEntries(Object.keys(commands).map((name, i) => [name, results[i]]))),
);
