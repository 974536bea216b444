import { plural } from '../../core/plural.ts';
import { htmlEscape } from 'escape-goat';
import { formatTime } from '../../core/time.ts';
import { visible } from '../../core/visible.ts';
import type { Finding, GateResult } from '../../replay/gate/gate.ts';
import { table } from '../output.ts';

/** Findings that a screen has room for. */
const ON_SCREEN = 15;

const nameOf = ({ series }: Finding): string => (series === '' ? 'whole run' : series);

/** The verdict and its reasons, on one screen. */
export function gateTable(run: string, gate: GateResult): string {
  const open = gate.findings.filter(({ accepted }) => accepted === null);
  const known = gate.findings.length - open.length;
  const verdict = gate.passed ? 'passed' : 'FAILED';
  const coverage =
    gate.coverage === null ? '' : `, ${(gate.coverage * 100).toFixed(1)} % of polls answered`;
  const lines = [
    visible(
      `${verdict}: ${run}: ${plural(open.length, 'finding')}, ${String(known)} accepted; ` +
        `${String(gate.evaluated)} of ${String(gate.series)} series judged${coverage}`,
    ),
  ];
  if (open.length > 0) {
    const columns = [
      { title: 'CAUSE', cell: ({ cause }: Finding) => cause },
      { title: 'SERIES', cell: nameOf },
      { title: 'WHAT', cell: ({ message }: Finding) => message },
    ];
    lines.push(table(columns, open.slice(0, ON_SCREEN)));
  }
  if (open.length > ON_SCREEN) {
    lines.push(`… and ${String(open.length - ON_SCREEN)} more; --format json lists all.`);
  }
  for (const { series, endMs } of gate.expired.slice(0, 3)) {
    lines.push(visible(`Accepted until ${formatTime(endMs - 1).slice(0, 10)}, no more: ${series}`));
  }
  return lines.join('\n');
}

/** A text that GitHub's workflow commands read as it is: on one line, its % escaped. */
const githubText = (text: string): string => visible(text).replaceAll('%', '%25');

/** One workflow command a finding: errors, and notices where accepted. */
export function githubAnnotations(run: string, gate: GateResult): string {
  const lines = gate.findings.map((one) => {
    const level = one.accepted === null ? 'error' : 'notice';
    const reason = one.accepted === null ? '' : ` (accepted: ${one.accepted})`;
    const title = `podtape ${one.cause}`;
    const text = githubText(`${nameOf(one)}: ${one.message}${reason}`);
    return `::${level} title=${title}::${text}`;
  });
  const verdict = gate.passed ? 'notice' : 'error';
  const end = gate.passed ? 'passed' : 'failed';
  return [...lines, `::${verdict} title=podtape::${githubText(`${run} ${end}`)}`].join('\n');
}

/** A text without what XML cannot hold even escaped: halves of letters, and two that are none. */
const xmlText = (text: string): string =>
  text.replace(
    /[\ufffe\uffff\p{Surrogate}]/gu,
    (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`,
  );

/**
 * JUnit's XML, as Jenkins' schema has it: a test case a finding, one that passes where there is
 * none.
 */
export function junitXml(run: string, gate: GateResult): string {
  const text = (value: string): string => htmlEscape(xmlText(visible(value)));
  const cases = gate.findings.map((one) => {
    const name = text(`${one.cause}: ${one.message}`);
    const head = `<testcase classname="${text(nameOf(one))}" name="${name}">`;
    const body =
      one.accepted === null
        ? `<failure type="${text(one.cause)}" message="${text(one.message)}"/>`
        : `<skipped message="${text(one.accepted)}"/>`;
    return `    ${head}${body}</testcase>`;
  });
  if (cases.length === 0) cases.push('    <testcase classname="podtape" name="no findings"/>');
  const failures = gate.findings.filter(({ accepted }) => accepted === null).length;
  const skipped = gate.findings.length - failures;
  const counts = `tests="${String(cases.length)}" failures="${String(failures)}" errors="0"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="${text(`podtape check ${run}`)}" ${counts} skipped="${String(skipped)}">`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}
