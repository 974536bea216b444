import type { Alert, Cause } from '../../core/results.ts';
import type { Series } from '../../core/series.ts';
import { formatValue } from '../../core/units.ts';

type Evidence = Alert['evidence'];

/** A number of evidence with the three digits that a sentence can bear. */
function short(value: number | string | undefined): string {
  return typeof value === 'number' ? String(Number(value.toPrecision(3))) : String(value);
}

/** A factor this near to 1 is told as no change. */
const UNCHANGED = 0.05;

/** How the load did, as a clause: "requests a replica went from 0.2 to 1.1". */
function loadClause(evidence: Evidence): string {
  const { load, loadBefore, loadDuring, loadRise } = evidence;
  if (load === 'neighbours') {
    const isSame = typeof loadRise === 'number' && Math.abs(loadRise - 1) < UNCHANGED;
    return isSame
      ? 'CPU of the other pods stayed as it was'
      : `CPU of the other pods went to ${short(loadRise)} times its level before`;
  }
  if (loadBefore === undefined || loadDuring === undefined) return 'no load is known';
  const [before, during] = [short(loadBefore), short(loadDuring)];
  return before === during
    ? `${String(load)} a replica stayed at ${during}`
    : `${String(load)} a replica went from ${before} to ${during}`;
}

/** Why an alert opened, in one sentence for people; '' where there is nothing to say. */
export function reasonOf(cause: Cause, { unit }: Series, evidence: Evidence): string {
  const shown = (name: string): string => {
    const value = evidence[name];
    return typeof value === 'number' ? formatValue(value, unit) : '?';
  };
  const rise = `${unit === 'cores' ? 'CPU' : 'memory'} went from ${shown('levelBefore')} to ${shown('levelDuring')}`;
  switch (cause) {
    case 'cpu-without-load':
      return `${rise}, and ${loadClause(evidence)}.`;
    case 'load':
      if (evidence['levelBefore'] === undefined) {
        return `A new replica, at ${shown('levelDuring')}, as ${loadClause(evidence)}.`;
      }
      return `${rise} as ${loadClause(evidence)}.`;
    case 'memory-leak': {
      const minutes = evidence['minutesToLimit'];
      const limit = minutes === undefined ? '' : `, ${short(minutes)} min from its limit`;
      return `What memory keeps rose from ${shown('floorBefore')} to ${shown('floorDuring')} and grows by ${shown('growthPerHour')} an hour${limit}; ${loadClause(evidence)}.`;
    }
    case 'retention':
      return `${rise} and is kept (floor ${shown('floorBefore')} before, ${shown('floorDuring')} now) without growing on; ${loadClause(evidence)}.`;
    case 'restart':
      return `The container had begun to run ${short(evidence['secondsAfterStart'])} s before.`;
    case 'dilution':
      return `The pod itself did not change (${shown('levelBefore')} to ${shown('levelDuring')}); replicas went from ${String(evidence['replicasBefore'])} to ${String(evidence['replicasDuring'])}, which moved what it is compared with.`;
    case 'unknown':
      if (Number(evidence['timesBefore']) >= 3) {
        return `${rise}, as it did ${String(evidence['timesBefore'])} times in the hour before.`;
      }
      return evidence['load'] === undefined ? '' : `${rise}; ${loadClause(evidence)}.`;
  }
}
