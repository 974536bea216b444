// Loaded into a recorder (--expose-gc --import): writes the heap that is alive, once a while.
import { appendFileSync } from 'node:fs';

const timer = setInterval(() => {
  globalThis.gc();
  const { heapUsed } = process.memoryUsage();
  appendFileSync(process.env.HEAP_PROBE, `${performance.now()} ${heapUsed}\n`);
}, Number(process.env.HEAP_PROBE_MS));
timer.unref();
