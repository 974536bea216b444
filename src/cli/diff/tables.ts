import type { RunDiff } from '../../core/run-diff.ts';
import { visible } from '../../core/visible.ts';
import { markdownText } from '../../report/markdown-text.ts';
import { type Column, markdownTable, table } from '../output.ts';
import { wrapped } from '../wrapped.ts';
import { type DiffLine, diffGroups, diffHeadline, untoldSentences } from './lines.ts';

const COLUMNS: readonly Column<DiffLine>[] = [
  { title: 'WHAT', cell: ({ what }) => what },
  { title: 'BEFORE', align: 'right', cell: ({ before }) => before },
  { title: 'AFTER', align: 'right', cell: ({ after }) => after },
  { title: 'CHANGE', align: 'right', cell: ({ change }) => change },
  { title: '95 % INTERVAL', align: 'right', cell: ({ interval }) => interval },
  { title: '', cell: ({ verdict }) => verdict },
];

const paragraph = (text: string): string => wrapped(visible(text), 2);

/** A difference of runs as people read it: a table with a heading for each container. */
export function diffTable(diff: RunDiff): string {
  const groups = diffGroups(diff);
  const lines = groups.flatMap((group) => group.lines);
  const [head = '', ...rows] = table(COLUMNS, lines).split('\n');
  let at = 0;
  const body = groups.flatMap((group) => {
    const own = rows.slice(at, at + group.lines.length);
    at += group.lines.length;
    return ['', visible(group.heading), ...own.map((row) => `  ${row}`)];
  });
  const notes = untoldSentences(diff).map(paragraph);
  return [
    ...diffHeadline(diff).map(paragraph),
    ...['', `  ${head}`, ...body],
    ...(notes.length === 0 ? [] : ['', ...notes]),
  ].join('\n');
}

/** The same for a pull-request comment. */
export function diffMarkdown(diff: RunDiff): string {
  const parts = [
    ...diffHeadline(diff).map((text) => markdownText(text)),
    ...diffGroups(diff).flatMap(({ heading, lines }) => [
      `**${markdownText(heading)}**`,
      markdownTable(COLUMNS, lines),
    ]),
    ...untoldSentences(diff).map((text) => markdownText(text)),
  ];
  return `${parts.join('\n\n')}\n`;
}
