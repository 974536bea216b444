// Loaded into the program before it starts (node --import): at SIGUSR2 something goes wrong in the way
// that FAULT names.
import { createRequire } from 'node:module';

const ways = {
  timer() {
    throw new Error('boom');
  },
  promise() {
    void Promise.reject(new Error('boom'));
  },
  // Where answers are taken in: their Date header is read in a handler of the connection.
  answer() {
    Date.parse = () => {
      throw new Error('boom');
    };
  },
  // In the middle of a transaction.
  commit() {
    const Database = createRequire(import.meta.url)('better-sqlite3');
    const { exec } = Database.prototype;
    Database.prototype.exec = function (sql) {
      if (sql === 'COMMIT') throw new Error('boom');
      return exec.call(this, sql);
    };
  },
  // The program stands still, as in a long collection of garbage or on a slow disk.
  busy() {
    const endMs = performance.now() + Number(process.env.BUSY_MS);
    while (performance.now() < endMs);
  },
};
process.on('SIGUSR2', ways[process.env.FAULT]);
