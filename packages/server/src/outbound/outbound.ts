/** The response of another server. */
export interface OutboundResponse<Body = string> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** What a call is for. Each purpose has slots of its own (`purposes.ts`), so that none can starve another. */
export type OutboundPurpose = 'keySet' | 'logo' | 'logout' | 'requestObject' | 'sector';

/** Who a call is made for; how many calls may be under way is limited for each. */
export interface OutboundCaller {
  readonly purpose: OutboundPurpose;
  /** The client that registered or sent the URL; undefined while it has no ID, as at its registration. */
  readonly clientId: string | undefined;
  /** Whether the URL responded to the last call. Such calls have reserved slots (`purposes.ts`). */
  readonly hasAnswered?: boolean;
}

/**
 * The only way by which Grantor calls a URL that a client registered or sent. Addresses that are not of the
 * public internet are refused unless the operator allowed the host by name, redirects are not followed, and
 * nothing takes longer than 5 seconds. The number of calls under way is limited for each purpose, host and client.
 */
export interface Outbound {
  /**
   * @returns at most 64 KiB of UTF-8 text
   * @throws OutboundError when there is no response that may be used
   */
  get(url: string, accept: string, caller: OutboundCaller): Promise<OutboundResponse>;
  /**
   * @param maxBytes the most that the response may hold
   * @throws OutboundError when there is no response that may be used
   */
  download(
    url: string,
    accept: string,
    maxBytes: number,
    caller: OutboundCaller,
  ): Promise<OutboundResponse<Buffer>>;
  /**
   * @returns at most 64 KiB of UTF-8 text
   * @throws OutboundError when there is no response that may be used
   */
  post(url: string, body: string, contentType: string, caller: OutboundCaller): Promise<OutboundResponse>;
}

/** Why a call was not made or not finished; its message is for the log, since it may tell about our network. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError';
  /** Whether the call was not made because no slot was free, which tells nothing about its host. */
  readonly foundNoSlot: boolean;

  constructor(message: string, options: { cause?: unknown; foundNoSlot?: boolean } = {}) {
    super(message, { cause: options.cause });
    this.foundNoSlot = options.foundNoSlot ?? false;
  }
}
