/** The pictures of apps, beside them: each is as large as many apps, and few requests need it. */
export interface ClientLogoStore {
  /** As a `data:` URI (RFC 2397). */
  find(clientId: string): Promise<string | undefined>;
  /** Those of several clients, by client; who has none is left out. */
  findAll(clientIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
}
