// What the fake API server serves: pods whose every value follows from pod, container and request.

const seconds = (ms) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

/**
 * Answers of `pods` pods with `containers` containers each; the n-th has a time `stepMs` after the
 * one before it, from an hour ago on.
 */
export function manyPods(pods, containers, stepMs = 1000, startMs = null) {
  const base = startMs ?? Math.floor(Date.now() / 1000) * 1000 - 3_600_000;
  return (n) =>
    Array.from({ length: pods }, (_, i) => ({
      metadata: { name: `web-7d4b9c6f5d-${String(i).padStart(5, '0')}`, namespace: 'shop' },
      ...{ timestamp: seconds(base + n * stepMs), window: '15.012s' },
      containers: Array.from({ length: containers }, (_, c) => ({
        name: ['app', 'proxy', 'logs'][c] ?? `c${c}`,
        usage: {
          cpu: `${1_234_567 + ((i * 7919 + n * 104_729 + c) % 500_000_000)}n`,
          memory: `${60_000 + i * 3 + (n % 5000) + c}Ki`,
        },
      })),
    }));
}

/** A fault that the server gets over at once, by chance. */
export function faultOf(rng) {
  return [
    { does: 'status', status: 500 },
    { does: 'status', status: 429, headers: { 'retry-after': '1' } },
    { does: 'status', status: 503, body: 'service unavailable' },
    { does: 'cut' },
    { does: 'short' },
    { does: 'reset', at: 'headers' },
    { does: 'reset', at: 'body' },
    { does: 'body', body: '<html>bad gateway</html>' },
  ][rng.below(8)];
}
