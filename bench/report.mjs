import { presetSettings } from '../dist/replay/presets.js';
import { makeReport } from '../dist/cli/build-report.js';
import { pageScript } from '../dist/cli/page-script.js';
import { reportHtml } from '../dist/report/html.js';
import { recordingData } from './measure.mjs';

export function reportBench() {
  const data = recordingData(100, 5760);
  const start = performance.now();
  const model = makeReport(data, presetSettings('default'), null, 'bench');
  const html = reportHtml(model, pageScript());
  const spent = (performance.now() - start) / 1000;
  return [
    {
      what: 'report on 100 series-pairs × a day at 15 s',
      figure: `${spent.toFixed(1)} s`,
      note: `${(html.length / 1e6).toFixed(2)} MB, four replays included`,
    },
  ];
}
