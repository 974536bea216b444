import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    // Many tests run real processes against deadlines, on machines shared with others: in CI a test
    // has failed when it fails twice.
    retry: process.env['CI'] === undefined ? 0 : 1,
    reporters: ['default', './scripts/closing-line-reporter.mjs'],
  },
});
