/** What is stored of a client's logo at another server. */
export interface ClientLogoCopy {
  /** The address that it was requested from. */
  readonly logoUri: string;
  /** When it was last requested, in seconds since the epoch. */
  readonly askedAt: number;
  /** Changes with the image; null while there is none. */
  readonly version: string | null;
}

/** When an address may be requested again, in seconds since the epoch. */
export interface LogoCopyTimes {
  readonly now: number;
  /** The address has changed, and the previous one was requested at this time or before. */
  readonly changedBefore: number;
  /** There is no copy, and the address was requested at this time or before. */
  readonly failedBefore: number;
}

/** The server's own copies of logos, one for each client. */
export interface ClientLogoCopyStore {
  find(clientId: string): Promise<ClientLogoCopy | undefined>;
  /** The copy as a `data:` URI (RFC 2397), if it is of this address. */
  findData(clientId: string, logoUri: string): Promise<string | undefined>;
  /**
   * Records that an address is requested, and deletes the copy of another address. Of several simultaneous callers, one
   * may send the request.
   *
   * @returns whether the caller may send the request now
   */
  claim(clientId: string, logoUri: string, times: LogoCopyTimes): Promise<boolean>;
  /** Stores the response of an address. Changes nothing where the client has another address now. */
  keep(
    clientId: string,
    logoUri: string,
    copy: { readonly version: string; readonly dataUri: string },
  ): Promise<void>;
}
