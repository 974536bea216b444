const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Unix ms → the clock of a zone `offsetMs` ahead of UTC: "08:15:00", with "31 Jan" on request. */
export function clockText(ms: number, offsetMs: number, withDate = false): string {
  const there = new Date(ms + offsetMs);
  const time = there.toISOString().slice(11, 19);
  if (!withDate) return time;
  return `${String(there.getUTCDate())} ${MONTHS[there.getUTCMonth()] ?? ''} ${time}`;
}

/** The name of a zone by its distance from UTC: "UTC", "UTC+05:30". */
export function zoneName(offsetMs: number): string {
  if (offsetMs === 0) return 'UTC';
  const minutes = Math.round(Math.abs(offsetMs) / 60_000);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `UTC${offsetMs < 0 ? '−' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
