/** "1 alert", "2 alerts"; words that do not change (series) are given as both. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${String(n)} ${n === 1 ? one : many}`;
}
