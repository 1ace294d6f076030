import type { TokenFigures } from './floors.ts';
import { type compareLists, FEW, MANY } from './lists.ts';
import type { Comparison, Ratio } from './versions.ts';

/** The token workloads against the floors, as text. */
export function tokenTable(figures: readonly TokenFigures[]): string {
  return table(
    '                            per second   of floor   of no-row floor   p50 ms   p99 ms',
    figures.map(({ name, perSecond, ofFloor, ofFloorWithoutRow, p50, p99 }) => [
      name,
      String(perSecond).padStart(10),
      ofFloor.toFixed(2).padStart(10),
      ofFloorWithoutRow.toFixed(2).padStart(17),
      p50.toFixed(1).padStart(8),
      p99.toFixed(1).padStart(8),
    ]),
  );
}

/** The pages with many apps against those with few, as text. */
export function listTable(figures: ReturnType<typeof compareLists>, secondsPerRound: number): string {
  const title = `30 of ${MANY} apps, against 30 of ${FEW}, rounds of ${secondsPerRound} s\n`;
  return (
    title +
    table(
      '                            per second     of few                     p50 ms   p99 ms',
      figures.map(({ name, perSecond, ofFew, p50, p99 }) => [
        name,
        String(perSecond).padStart(10),
        ofFew.toFixed(2).padStart(10),
        ''.padStart(17),
        p50.toFixed(1).padStart(8),
        p99.toFixed(1).padStart(8),
      ]),
    )
  );
}

/** This version against the other one, as text: each ratio is the median with the lowest and highest round. */
export function versionTable(comparisons: readonly Comparison[]): string {
  return table(
    `${''.padEnd(36)}CPU us before     now      CPU, now/before    per second, now/before`,
    comparisons.map(({ name, before, now, cpu, perSecond }) => [
      name.padEnd(36),
      String(before).padStart(13),
      String(now).padStart(7),
      spread(cpu).padStart(20),
      spread(perSecond).padStart(25),
    ]),
  );
}

function spread({ median, lowest, highest }: Ratio): string {
  return `${median.toFixed(2)} (${lowest.toFixed(2)} - ${highest.toFixed(2)})`;
}

function table(heading: string, rows: readonly (readonly string[])[]): string {
  return [heading, ...rows.map(([name = '', ...cells]) => `${name.padEnd(28)}${cells.join(' ')}`)].join('\n');
}
