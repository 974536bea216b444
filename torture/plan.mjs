// What goes wrong in a simulated day, and what must become of each tick. Every ten minutes have
// every kind of trouble once, at a place by chance: no run can pass because nothing happened.
import { faultOf } from './model.mjs';

/** Ticks of ten minutes at one every 15 s. */
const BLOCK = 40;
/** The tick of a block in which the machine falls asleep; it is awake before the next block. */
const SLEEPS_AT = 30;

/** How the reason of a tick begins that the fault of a server has failed. */
function reasonOf({ does, status }) {
  return {
    ...{ status: RegExp(`^http ${status}`), body: /^parse/, cut: /^parse/ },
    ...{ short: /^(truncated|network)/, reset: /^(network|truncated)/ },
  }[does];
}

/** So many different whole numbers from `from` on and below `to`, by chance. */
function places(count, from, to, rng) {
  const free = Array.from({ length: to - from }, (_, i) => from + i);
  return Array.from({ length: count }, () => free.splice(rng.below(free.length), 1)[0]);
}

/** A sleep, and the ticks after it that are over half an interval late when it ends. */
function planSleep(plan, seq, intervalMs, rng) {
  const sleepMs = 1000 * (30 + rng.below(91));
  plan.get(seq).sleepMs = sleepMs;
  for (let later = 1; sleepMs - later * intervalMs > intervalMs / 2; later += 1) {
    Object.assign(plan.get(seq + later), { outcome: 'missed', reason: /^not started/ });
  }
}

/**
 * Ticks by number, from 1. Each has its `outcome` and `reason`, `isOnTime` where it must start at
 * its time, and where something goes wrong: `fault` or `hangs` (`lasts`: at every attempt and not
 * only the first), `sleepMs`, or `shiftMs` of the wall clock.
 */
export function planDay(ticks, intervalMs, rng) {
  const plan = new Map(
    Array.from({ length: ticks }, (_, i) => [
      i + 1,
      { outcome: 'ok', reason: /^$/, isOnTime: i % BLOCK <= SLEEPS_AT },
    ]),
  );
  for (let block = 0; block < ticks / BLOCK; block += 1) {
    // Not the first tick of all: where that fails, there is nothing to record.
    const [lasting, passing, stuck, slow, shifted] = places(5, 1, SLEEPS_AT, rng).map((place) =>
      plan.get(block * BLOCK + place + 1),
    );
    const fault = faultOf(rng);
    Object.assign(lasting, { fault, lasts: true, outcome: 'failed', reason: reasonOf(fault) });
    Object.assign(passing, { fault: faultOf(rng), lasts: false });
    const hangs = () => ({ hangs: rng.below(2) === 0 ? 'deaf' : 'until aborted' });
    Object.assign(stuck, { ...hangs(), lasts: true, outcome: 'failed', reason: /^timeout/ });
    Object.assign(slow, { ...hangs(), lasts: false });
    shifted.shiftMs = (block % 2 === 0 ? 1 : -1) * 3_600_000;
    planSleep(plan, block * BLOCK + SLEEPS_AT + 1, intervalMs, rng);
  }
  return plan;
}
