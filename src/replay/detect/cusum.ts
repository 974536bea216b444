import { MomentWindow } from './moment-window.ts';
import { FLOOR_PARAMS, floorOf, inSpreads, relativeParam } from './spread.ts';
import { type DetectorDef, paramOf, type ParamSpec, type Scorer } from './stage.ts';

const params = {
  drift: {
    kind: 'real',
    min: 0,
    max: 10,
    default: 0.5,
    describe: 'Deviations a sample that do not count: half the shift to be found',
  },
  cap: {
    kind: 'real',
    min: 0.5,
    max: 1e6,
    default: 4,
    describe: 'Deviations that one sample can add at most, so that a spike is no shift',
  },
  relative: relativeParam('the mean'),
  ...FLOOR_PARAMS,
} as const satisfies Record<string, ParamSpec>;

/**
 * Cumulative sums of deviations, up and down: S ← max(0, S + min(z, cap) − drift), whichever is
 * larger. z is the distance from the mean of the window before the value, in standard deviations.
 * Finds lasting shifts that no single sample shows; a gap sets the sums back to 0.
 */
export const cusum: DetectorDef = {
  id: 'cusum',
  summary: 'Cumulative sum of deviations from the mean of the window (lasting shifts)',
  source: 'Page, "Continuous Inspection Schemes" (1954)',
  params,
  threshold: 100,
  ranks: false,
  pools: false,
  warmup: ({ warmup }) => Math.max(1, warmup - 1),
  create({ window, warmup, params: own, unit }): Scorer {
    const past = new MomentWindow(window);
    const drift = paramOf(params, own, 'drift');
    const cap = paramOf(params, own, 'cap');
    const relative = paramOf(params, own, 'relative');
    const floor = floorOf(unit, own);
    let up = 0;
    let down = 0;
    return {
      update(_t, value, reference, learn) {
        let score = NaN;
        if (past.size > 0 && past.size + 1 >= warmup) {
          const { mean, deviation } = past;
          const spread = Math.max(deviation, relative * Math.abs(mean), floor);
          const size = Math.min(inSpreads(Math.abs(value - mean), spread), cap);
          const z = value < mean ? -size : size;
          const nextUp = Math.max(0, up + z - drift);
          const nextDown = Math.max(0, down - z - drift);
          score = Math.max(nextUp, nextDown);
          if (learn) {
            up = nextUp;
            down = nextDown;
          }
        }
        if (learn) past.push(reference);
        return score;
      },
      restart() {
        up = 0;
        down = 0;
      },
    };
  },
};
