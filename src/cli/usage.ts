import { closestMatch } from 'leven';
import type { Argv } from 'yargs';

/** What yargs knows of the options of the command at hand; not in its public typings. */
interface KnownOptions {
  getOptions(): {
    readonly key: Readonly<Record<string, unknown>>;
    readonly array: readonly string[];
    readonly boolean: readonly string[];
    readonly number: readonly string[];
  };
}

const optionsOf = (parser: Argv) => (parser as unknown as KnownOptions).getOptions();

const PREFIX = 'PODTAPE_';
/** One spelling of mount-path, mountPath and MOUNT_PATH. */
const plain = (name: string): string => name.replace(/[-_]/g, '').toLowerCase();

/**
 * Takes out of `argv` what the environment says of flags that the command at hand has not: they are
 * another command's, or a cluster's word on a service of our name. `args` is the command line.
 */
export function dropForeignEnvironment(
  argv: Record<string, unknown>,
  parser: Argv,
  args: readonly string[],
): void {
  const known = new Set(Object.keys(optionsOf(parser).key).map(plain));
  const given = new Set(args.map((arg) => plain(arg.replace(/^-+/, '').replace(/=.*/, ''))));
  for (const variable of Object.keys(process.env)) {
    if (!variable.startsWith(PREFIX)) continue;
    const name = plain(variable.slice(PREFIX.length));
    if (known.has(name) || given.has(name)) continue;
    for (const key of Object.keys(argv)) {
      if (key !== '_' && key !== '--' && key !== '$0' && plain(key) === name) {
        Reflect.deleteProperty(argv, key);
      }
    }
  }
}

/** The name of a flag that takes one value and was given several times; null: none was. */
export function repeatedFlag(argv: object, parser: Argv): string | null {
  const lists = new Set([...optionsOf(parser).array, '_', '--']);
  const repeated = Object.entries(argv).find(
    ([name, value]) => Array.isArray(value) && !lists.has(name),
  );
  return repeated?.[0] ?? null;
}

/** Longest part of a command line that a message repeats. */
const QUOTED = 60;

/**
 * What is wrong with a value that yargs would take as something else: a word after a switch
 * (`--json=maybe` is read as no), a number in another base (`0x1f` is read as 31); null: nothing.
 */
export function misreadValue(args: readonly string[], parser: Argv): string | null {
  const { boolean, number } = optionsOf(parser);
  for (const [i, arg] of args.entries()) {
    const [, name = '', given] = /^--([^=]+)(?:=(.*))?$/su.exec(arg) ?? [];
    if (boolean.includes(name) && given !== undefined && !/^(true|false)$/.test(given)) {
      return `--${name} takes no value; give it or leave it out.`;
    }
    const value = given ?? args[i + 1] ?? '';
    if (number.includes(name) && /^[+-]?0[box]/i.test(value)) {
      return `--${name} needs a number in decimal digits.`;
    }
  }
  return null;
}

/**
 * yargs' message for a bad command line, with the nearest flag's name where one was mistyped.
 * Commands are matched by yargs itself. `args` is the command line up to a bare `--`.
 */
export function explainUsage(message: string, parser: Argv, args: readonly string[]): string {
  const unknown = /^Unknown arguments?: (.+)$/.exec(message)?.[1];
  if (unknown === undefined) return `${message.trim().replace(/\s+/g, ' ')} (see --help)`;
  const [first = ''] = unknown.split(', ');
  if (args.includes(first)) {
    const isCommand = args[0] === 'record' ? '; a command to run goes after "--"' : '';
    return `Unexpected argument ${JSON.stringify(first.slice(0, QUOTED))}${isCommand}; see --help.`;
  }
  const known = Object.keys(optionsOf(parser).key).filter((name) => name.length > 1);
  const guess = closestMatch(first, known, { maxDistance: Math.max(2, first.length >> 1) });
  const flag = `Unknown flag --${first.slice(0, QUOTED)}`;
  return guess === undefined ? `${flag}; see --help.` : `${flag}; did you mean --${guess}?`;
}
