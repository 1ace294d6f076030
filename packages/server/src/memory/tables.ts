/** What a table in memory does when it is full. */
export type Eviction =
  | 'least recently used'
  | 'counted least'
  | 'refuses new entries'
  | 'drops the longest queue';

/** A table in memory that requests can grow. */
export interface MemoryTable {
  /** What it holds, in words: `sign-in attempts by address`. Unique within a server. */
  readonly name: string;
  /** The most entries that it ever holds. */
  readonly maxEntries: number;
  /** What happens at the bound. */
  readonly eviction: Eviction;
  /** How many entries it holds now. */
  readonly size: () => number;
}

/**
 * The tables in memory of one server. Every cache, limiter and queue that a request can grow announces itself
 * here, so that one test can check that each of them has a bound and keeps it.
 */
export interface MemoryTables {
  /** @throws Error where another table has the name, or the bound is not a positive whole number */
  announce(table: MemoryTable): void;
  list(): readonly MemoryTable[];
}

export function createMemoryTables(): MemoryTables {
  const tables: MemoryTable[] = [];
  return {
    announce(table) {
      if (tables.some(({ name }) => name === table.name)) {
        throw new Error(`Two tables in memory are called ${table.name}`);
      }
      if (!Number.isSafeInteger(table.maxEntries) || table.maxEntries < 1) {
        throw new Error(`The table ${table.name} needs a bound of at least one entry`);
      }
      tables.push(table);
    },
    list: () => tables,
  };
}
