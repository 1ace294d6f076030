/** A number of bytes, such as `1.2 MB`. */
export function formatSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** Seconds since the epoch as `14:35:20 UTC`: without scripts, the server does not know the user's time zone. */
export function formatTime(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(11, 19)} UTC`;
}

/**
 * The time until then, such as `in 59 minutes`.
 *
 * @param until seconds since the epoch
 * @param now seconds since the epoch
 */
export function timeLeft(until: number, now = Math.floor(Date.now() / 1000)): string {
  const seconds = until - now;
  if (seconds < 60) return 'in less than a minute';
  if (seconds < 120) return 'in a minute';
  return seconds < 7200 ? `in ${Math.floor(seconds / 60)} minutes` : `in ${Math.floor(seconds / 3600)} hours`;
}
