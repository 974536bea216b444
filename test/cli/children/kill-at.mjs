// Loaded into the program before it starts (node --import): once a file of a temporary name is open,
// it kills itself just before it first calls the function of node:fs that KILL_AT names, or just after
// it where that begins with "after ".
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [, after, name] = /^(after )?(\w+)$/.exec(process.env.KILL_AT);
let isOpen = false;
const die = () => process.kill(process.pid, 'SIGKILL');
const { openSync } = fs;
fs.openSync = (path, ...more) => {
  const handle = openSync(path, ...more);
  isOpen ||= String(path).includes('.partial');
  return handle;
};
const original = fs[name];
fs[name] = (...args) => {
  if (isOpen && after === undefined) die();
  const result = original(...args);
  if (isOpen && after !== undefined) die();
  return result;
};
syncBuiltinESMExports();
