/** One step forward of the schema. There is no way back but a backup. */
export interface Migration {
  /** Counts from 1 without gaps; never changes once released. */
  readonly version: number;
  readonly name: string;
  /** SQL that both databases understand, applied in order in one unit. */
  readonly statements: readonly string[];
}
