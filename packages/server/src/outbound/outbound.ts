/** What another server answered. */
export interface OutboundResponse {
  readonly status: number;
  readonly headers: Headers;
  /** At most 64 KiB of UTF-8 text. */
  readonly body: string;
}

/**
 * The only way by which Grantor calls a URL that a client registered or sent. Addresses that are not of the
 * public internet are refused unless the operator allowed the host by name, redirects are not followed, and
 * nothing takes longer than 5 seconds or is larger than 64 KiB.
 */
export interface Outbound {
  /** @throws OutboundError when there is no answer that may be used */
  get(url: string, accept: string): Promise<OutboundResponse>;
  /** @throws OutboundError when there is no answer that may be used */
  post(url: string, body: string, contentType: string): Promise<OutboundResponse>;
}

/** Why a call was not made or not finished; its message is for the log, since it may tell about our network. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError';
}
