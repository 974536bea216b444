import { ToolError } from '../../core/errors.ts';

/** Text as PromQL quotes it. */
export function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

/** A pod's label as kube-state-metrics calls it: `app.kubernetes.io/name` → as below. */
function labelName(key: string): string {
  const plain = key.replace(/[^a-zA-Z0-9_]/g, '_');
  return `label_${plain.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase()}`;
}

/** Any of the values, as a regular expression. */
function anyOf(list: string): string {
  const values = list.split(',').map((value) => value.trim());
  return quoted(values.map((value) => value.replace(/[^\w-]/g, '\\$&')).join('|'));
}

const KEY = String.raw`(?:[A-Za-z0-9][-A-Za-z0-9_.]*/)?[A-Za-z0-9][-A-Za-z0-9_.]*`;
const VALUE = String.raw`[A-Za-z0-9]?[-A-Za-z0-9_.]*`;
const FORMS: readonly (readonly [RegExp, (value: string) => string])[] = [
  [new RegExp(`^(${KEY})\\s*==?\\s*(${VALUE})$`), (value) => `=${quoted(value)}`],
  [new RegExp(`^(${KEY})\\s*!=\\s*(${VALUE})$`), (value) => `!=${quoted(value)}`],
  [new RegExp(`^(${KEY})\\s+in\\s*\\(([^()]+)\\)$`), (list) => `=~${anyOf(list)}`],
  [new RegExp(`^(${KEY})\\s+notin\\s*\\(([^()]+)\\)$`), (list) => `!~${anyOf(list)}`],
  [new RegExp(`^(${KEY})()$`), () => '!=""'],
  [new RegExp(`^!\\s*(${KEY})()$`), () => '=""'],
];

/** The requirements of a selector: cut at commas that are not inside parentheses. */
function requirementsOf(selector: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let isInside = false;
  for (let i = 0; i < selector.length; i += 1) {
    const letter = selector[i];
    if (letter === '(') isInside = true;
    else if (letter === ')') isInside = false;
    else if (letter === ',' && !isInside) {
      parts.push(selector.slice(start, i));
      start = i + 1;
    }
  }
  return [...parts, selector.slice(start)].map((part) => part.trim());
}

/**
 * A label selector as kubectl takes it → matchers for `kube_pod_labels` of kube-state-metrics:
 * `app=web,tier in (a, b)` → `label_app="web",label_tier=~"a|b"`. Throws USAGE.
 */
export function labelMatchers(selector: string): string {
  return requirementsOf(selector)
    .map((part) => {
      for (const [pattern, matcher] of FORMS) {
        const [, key, value = ''] = pattern.exec(part) ?? [];
        if (key !== undefined) return labelName(key) + matcher(value);
      }
      throw new ToolError(
        'USAGE',
        `${JSON.stringify(part.slice(0, 80))} is no label selector; try app=web, tier!=cache or env in (test, prod).`,
      );
    })
    .join(',');
}
