import { expect, test } from 'vitest';
import { COMBINERS, DETECTORS, PAIR_DETECTORS } from '../../../src/replay/detect/registry.ts';
import type { ParamSpec } from '../../../src/replay/detect/stage.ts';

const INTRODUCTION = `# Detectors

Written from the detectors' own metadata (\`npm test -- test/replay/detect/docs.test.ts -u\` writes it
anew). What they have in common, and how the pipeline around them works, is in
[detector.md](detector.md).
`;

interface Described {
  readonly id: string;
  readonly summary: string;
  readonly source: string;
  readonly params: Readonly<Record<string, ParamSpec>>;
  readonly threshold: number;
  readonly highest?: number;
  readonly ranks?: boolean;
  readonly pools?: boolean;
}

function section(described: Described): string {
  const { id, summary, source, params, ranks, pools, threshold, highest } = described;
  const facts = [
    ...(ranks === true ? ['Takes a contamination as well as a threshold.'] : []),
    ...(pools === false ? ['Judges every stream by itself, whatever the pool.'] : []),
  ];
  const scale =
    threshold === Number.MIN_VALUE
      ? 'Threshold to start from: anything above 0.'
      : `Threshold to start from: ${String(threshold)}${highest === undefined ? '' : `; no score is above ${String(highest)}`}.`;
  const list = Object.entries(params).map(([name, spec]) => {
    const kind = spec.kind === 'int' ? 'whole number' : 'number';
    const range = `${kind} from ${String(spec.min)} to ${String(spec.max)}`;
    return `- \`${name}\`: ${spec.describe} (${range}; default ${String(spec.default)})`;
  });
  return [
    `## \`${id}\``,
    `${summary}.${facts.map((fact) => ` ${fact}`).join('')}`,
    scale,
    `Source: ${source}.`,
    ...(list.length > 0 ? [list.join('\n')] : []),
  ].join('\n\n');
}

test('docs/detectors.md says what the detectors say of themselves', async () => {
  const all: Described[] = [...DETECTORS, ...PAIR_DETECTORS, ...COMBINERS];
  const text = `${[INTRODUCTION.trimEnd(), ...all.map(section)].join('\n\n')}\n`;
  await expect(text).toMatchFileSnapshot('../../../docs/detectors.md');
});
