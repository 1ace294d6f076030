/** What there is of a client's logo that is at an address elsewhere. */
export interface ClientLogoCopy {
  /** The address that was asked. */
  readonly logoUri: string;
  /** When it was asked last, in seconds since the epoch. */
  readonly askedAt: number;
  /** Changes with the picture; null while there is none. */
  readonly version: string | null;
}

/** From when on an address may be asked again, in seconds since the epoch. */
export interface LogoCopyTimes {
  readonly now: number;
  /** The address has changed, and the one before was asked at this time or before. */
  readonly changedBefore: number;
  /** There is no copy, and the address was asked at this time or before. */
  readonly failedBefore: number;
}

/** The server's own copies of logos, one for each client. */
export interface ClientLogoCopyStore {
  find(clientId: string): Promise<ClientLogoCopy | undefined>;
  /** As a `data:` URI (RFC 2397), where the copy is of this address. */
  findData(clientId: string, logoUri: string): Promise<string | undefined>;
  /**
   * Notes that an address is being asked, and drops the copy of another one. Of several who claim at once, one may.
   *
   * @returns whether the caller may ask now
   */
  claim(clientId: string, logoUri: string, times: LogoCopyTimes): Promise<boolean>;
  /** Keeps what an address answered. Changes nothing where the client's address is another by now. */
  keep(
    clientId: string,
    logoUri: string,
    copy: { readonly version: string; readonly dataUri: string },
  ): Promise<void>;
}
