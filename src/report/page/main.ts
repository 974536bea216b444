import type { Spec } from 'vega';
import { NOT_READY } from '../levels.ts';
import { openTape } from '../live/tape.ts';
import type { ReportModel } from '../model.ts';
import type { PageData } from '../page-data.ts';
import { mountAlertTable } from './alert-table.ts';
import { mountControls } from './controls.ts';
import { mountLanes } from './lanes.ts';
import { linkFromView, viewFromLink } from './link.ts';
import { mountPanels } from './panels.ts';
import { mountSparks } from './sparks.ts';
import { Store } from './store.ts';
import { mountTuning } from './tuning.ts';

/** What stands in a data block of this very file. */
function embedded(id: string): unknown {
  return JSON.parse(document.getElementById(id)?.textContent ?? 'null');
}

function start(): void {
  // The file was written together with this script, so its blocks have these shapes.
  const model = embedded('model') as ReportModel;
  const data = embedded('data') as PageData;
  const charts = embedded('charts') as Readonly<Record<string, Spec>>;
  if (data.layers.length === 0) return;
  const tape = openTape(model, data, NOT_READY);
  const store = new Store(model, data, tape, viewFromLink(window.location.hash, { data }));
  mountControls(store);
  mountLanes(store, charts['wideAxis']!);
  mountAlertTable(store);
  mountSparks(store);
  mountPanels(store, charts);
  mountTuning(store, charts);
  let isFirst = true;
  store.watch(() => {
    const isWritten = !isFirst || linkFromView(store) !== '';
    isFirst = false;
    if (isWritten) {
      const link = linkFromView(store) || window.location.pathname;
      window.history.replaceState(null, '', link);
    }
  });
  // A link to other settings of this very file, followed or typed.
  window.addEventListener('hashchange', () => {
    const { hash } = window.location;
    if (hash.includes('=')) store.change({ ...store.home, ...viewFromLink(hash, { data }) });
  });
  store.flush();
}

start();
document.documentElement.dataset['ready'] = 'yes';
