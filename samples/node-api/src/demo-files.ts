/** One file of the demo API. */
export interface DemoFile {
  readonly id: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** RFC 3339, UTC. */
  readonly modified: string;
  /** The account whose file it is: `sub` of the access token. */
  readonly owner: string;
}

const FILES: readonly Omit<DemoFile, 'owner'>[] = [
  { id: 'f1', name: 'Budget 2026.xlsx', size: 48_213, modified: '2026-03-02T09:14:00Z' },
  { id: 'f2', name: 'Garden plan.pdf', size: 1_204_877, modified: '2026-02-21T17:40:00Z' },
  { id: 'f3', name: 'Letter to the landlord.docx', size: 23_560, modified: '2026-01-30T08:05:00Z' },
  { id: 'f4', name: 'Summer in Lisbon.jpg', size: 3_481_902, modified: '2025-08-17T19:22:00Z' },
  { id: 'f5', name: 'Sourdough.md', size: 2_318, modified: '2025-11-09T11:51:00Z' },
];

/** Every account has the same files here. Only the owner differs. */
export function filesOf(owner: string): readonly DemoFile[] {
  return FILES.map((file) => ({ ...file, owner }));
}
