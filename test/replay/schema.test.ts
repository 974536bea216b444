import { expect, test } from 'vitest';
import { parseSettings } from '../../src/core/settings.ts';
import { PRESETS } from '../../src/replay/presets.ts';
import { replay } from '../../src/replay/replay.ts';
import { replayJson } from '../../src/replay/replay-json.ts';
import { schemaFaults, schemaNamed } from '../support/json-schema.ts';
import { aRecording, aSeries, columnsOf } from '../support/series.ts';

/** As a reader of our output gets it. */
const asRead = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const values = Array.from({ length: 300 }, (_, i) => 0.1 + (i % 7) / 1000 + (i > 280 ? 3 : 0));
const data = aRecording([
  columnsOf(aSeries(), values),
  columnsOf(aSeries({ metric: 'memory' }), values.slice(0, 9)),
]);

test.each(PRESETS.map(({ name, settings }) => ({ name, settings })))(
  'a replay with preset $name is as its schema says',
  ({ settings }) => {
    expect(schemaFaults(schemaNamed('replay'), asRead(replayJson(replay(data, settings))))).toEqual(
      [],
    );
  },
);

test('the schema of a replay refuses what is not one', () => {
  const good = asRead(replayJson(replay(data, PRESETS[0]?.settings ?? raise()))) as object;
  const bad = [
    { ...good, digest: 'abc' },
    { ...good, surprise: 1 },
    { ...good, alerts: [{}] },
    { ...good, series: undefined },
  ];
  for (const one of bad) {
    expect(schemaFaults(schemaNamed('replay'), asRead(one)).length).toBeGreaterThan(0);
  }
});

test('the schema of settings and their parser accept and refuse the same', () => {
  const samples: unknown[] = [
    ...PRESETS.map(({ settings }) => asRead(settings)),
    {},
    { window: 1 },
    { window: 2.5 },
    { threshold: null, contamination: 0.5 },
    { contamination: 0 },
    { contamination: 0.6 },
    { pool: 'cluster' },
    { surprise: 1 },
    { version: 2 },
    { params: { a: 'b' } },
    { members: [{ detector: 'level' }] },
    { members: [{ detector: 'level', threshold: 0 }] },
    { members: [{ detector: 'level', threshold: 1, params: {} }] },
    { gapSteps: 1 },
    { recover: 0 },
    { metrics: [''] },
    [],
    'level',
  ];
  for (const value of samples) {
    let isParsed = true;
    try {
      parseSettings(value, 'test');
    } catch {
      isParsed = false;
    }
    const faults = schemaFaults(schemaNamed('settings'), value);
    expect([value, faults.length === 0]).toEqual([value, isParsed]);
  }
});

function raise(): never {
  throw new Error('no preset');
}
