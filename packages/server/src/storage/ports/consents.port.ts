export interface ConsentStore {
  /** The scopes that the person has allowed this client so far. */
  find(accountId: string, clientId: string): Promise<readonly string[]>;
  /** Adds to what was allowed; what was there stays. */
  add(accountId: string, clientId: string, scopes: readonly string[], now: number): Promise<void>;
  /** Takes all of it back and, in the same unit, ends every grant that stood on it; `missing` when there was neither. */
  withdraw(accountId: string, clientId: string, now: number): Promise<'withdrawn' | 'missing'>;
}
