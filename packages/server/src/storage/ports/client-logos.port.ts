/** The logos of apps, in a table of their own: a logo is larger than an app, and few requests need it. */
export interface ClientLogoStore {
  /** As a `data:` URI (RFC 2397). */
  find(clientId: string): Promise<string | undefined>;
  /** The logos of several clients, by client. Clients without a logo are left out. */
  findAll(clientIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
}
