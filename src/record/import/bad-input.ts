import { ToolError } from '../../core/errors.ts';

/** BAD_INPUT at a place in a file (`pods.csv:17`): what is wrong there, without a full stop. */
export function badInput(where: string, why: string): ToolError {
  return new ToolError('BAD_INPUT', `${where}: ${why}.`, { where });
}

/** A text from a file as messages show it: quoted, its end cut off where it is long. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
