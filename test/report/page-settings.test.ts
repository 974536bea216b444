import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeReport } from '../../src/cli/build-report.ts';
import { judgeReplay } from '../../src/cli/judge-run.ts';
import { pageScript } from '../../src/cli/page-script.ts';
import { writeSynthetic } from '../../src/cli/write-synthetic.ts';
import type { ReplayResult } from '../../src/core/results.ts';
import { type Rng, rngFor } from '../../src/core/rng.ts';
import type { Settings } from '../../src/core/settings.ts';
import { readRecording } from '../../src/record/recording/reader.ts';
import { presetSettings } from '../../src/replay/presets.ts';
import { replay } from '../../src/replay/replay.ts';
import { syntheticScenario } from '../../src/replay/synthetic/scenarios.ts';
import type { PageData } from '../../src/report/page-data.ts';
import { clockText } from '../../src/report/page/clock.ts';
import { reportHtml } from '../../src/report/html.ts';
import { CHROMIUM, openFile, sharedBrowser } from '../support/chromium.ts';
import { runCli } from '../support/cli.ts';
import { tempFolder } from '../support/temp.ts';

const browser = sharedBrowser();

const SETTINGS_TRIED = 200;
const BY_COMMAND_LINE = 4;
const ROWS_SHOWN = 60;

function oneOf<T>(values: readonly T[], rng: Rng): T {
  const [value] = values.slice(rng.below(values.length));
  if (value === undefined) throw new Error('There is nothing to choose from.');
  return value;
}

/** What somebody might choose in a page: a fragment, and the same as settings. */
function choose(page: PageData, rng: Rng): { fragment: string; settings: Settings } {
  const named = oneOf(page.settings, rng);
  const layer = page.layers.at(oneOf(named.layers, rng)) ?? oneOf(page.layers, rng);
  const threshold = oneOf(layer.thresholds, rng);
  const place = layer.thresholds.indexOf(threshold);
  const consecutive = 1 + rng.below(6);
  const within = rng.below(2) === 0 ? consecutive : consecutive + rng.below(6);
  const recover = 1 + rng.below(6);
  const { window, smooth } = layer.settings;
  const given = { settings: named.name, window, smooth, threshold, consecutive, within, recover };
  return {
    fragment: Object.entries(given)
      .map((pair) => pair.map(encodeURIComponent).join('='))
      .join('&'),
    settings: {
      ...{ ...layer.settings, consecutive, within, recover },
      threshold: layer.contaminations === null ? threshold : null,
      contamination: layer.contaminations?.[place] ?? null,
    },
  };
}

/** Runs in the page: follows links to settings and reads what each comes to. */
const FOLLOW = `async (fragments) => {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const texts = (row, places) => places.map((c) => row.cells[c].textContent);
  document.getElementById('alerts').scrollIntoView();
  await new Promise((resolve) => setTimeout(resolve, 200));
  const seen = [];
  for (const fragment of fragments) {
    const changed = new Promise((resolve) => addEventListener('hashchange', resolve, { once: true }));
    location.hash = fragment;
    await changed;
    await frame();
    await frame();
    const rows = [...document.querySelectorAll('#alert-rows tr')];
    seen.push({
      verdict: document.getElementById('count').textContent,
      flags: document.getElementById('copy').title,
      rows: rows.map((row) => texts(row, [0, 1, 3, 4])),
    });
  }
  return seen;
}`;

interface Seen {
  readonly verdict: string;
  readonly flags: string;
  readonly rows: readonly (readonly string[])[];
}

/** The rows of a table of alerts, as the page has them. */
function rowsOf({ alerts, series }: ReplayResult): string[][] {
  const byId = new Map(series.map((one) => [one.series.id, one.series]));
  return alerts.slice(0, ROWS_SHOWN).map((alert) => {
    const { pod = '', metric = '' } = byId.get(alert.series) ?? {};
    return [clockText(alert.detectedAt, 0, true), clockText(alert.start, 0), pod, metric];
  });
}

test.skipIf(CHROMIUM === null)(
  '200 links to settings show the alerts of the command line',
  async () => {
    const folder = tempFolder();
    const run = join(folder, 'run.db');
    writeSynthetic(
      run,
      {
        scenario: syntheticScenario('memory-leak'),
        ...{ seed: 1, startMs: 1_767_225_600_000, durationMs: 4_500_000, intervalMs: 15_000 },
      },
      true,
    );
    const data = readRecording(run);
    const report = makeReport(data, presetSettings('default'), null, 'A leak');
    const path = join(folder, 'report.html');
    writeFileSync(path, reportHtml(report, pageScript()));
    const rng = rngFor(11, 'links');
    const chosen = Array.from({ length: SETTINGS_TRIED }, () => choose(report.page, rng));
    const { page, complaints } = await openFile(browser(), path);
    const fragments = JSON.stringify(chosen.map(({ fragment }) => fragment));
    const seen = await page.evaluate<Seen[]>(`(${FOLLOW})(${fragments})`);
    for (const [i, { settings }] of chosen.entries()) {
      const result = replay(data, settings);
      const score = judgeReplay(data, result);
      const { verdict, rows } = seen[i] ?? { verdict: '', rows: [] };
      expect(rows).toEqual(rowsOf(result));
      expect(verdict.split(' ')[0]).toBe(String(result.alerts.length));
      expect(verdict).toContain(
        `${String(score?.detected)} of ${String(score?.events)} known fault`,
      );
      expect(verdict).toContain(`· ${String(score?.falseAlerts)} false alert`);
    }
    // What “Copy as flags” gives, typed.
    for (const { flags, rows, verdict } of seen.slice(0, BY_COMMAND_LINE)) {
      const { stdout } = await runCli(['replay', run, '--json', ...flags.split(' ')], {
        cwd: folder,
      });
      const { alerts } = JSON.parse(stdout) as { alerts: { detectedAt: string }[] };
      expect(verdict.split(' ')[0]).toBe(String(alerts.length));
      expect(rows.map(([detected]) => detected)).toEqual(
        alerts
          .slice(0, ROWS_SHOWN)
          .map(({ detectedAt }) => clockText(Date.parse(detectedAt), 0, true)),
      );
    }
    expect(complaints).toEqual([]);
  },
  120_000,
);
