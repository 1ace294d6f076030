/** The response of another server. */
export interface OutboundResponse<Body = string> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** The purpose of a call. Each one has slots of its own (`purposes.ts`), so that none can block another. */
export type OutboundPurpose =
  | 'breachedPassword'
  | 'keySet'
  | 'logo'
  | 'logout'
  | 'provider'
  | 'requestObject'
  | 'sector';

/** A request with headers of its own. */
export interface OutboundRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined with `GET`. */
  readonly body?: string;
}

/** Who a call is for. The number of calls in progress is limited for each. */
export interface OutboundCaller {
  readonly purpose: OutboundPurpose;
  /** The client that registered or sent the URL; undefined during its registration, when it has no ID. */
  readonly clientId: string | undefined;
  /** Whether the URL responded to the last call. Such calls have reserved slots (`purposes.ts`). */
  readonly hasResponded?: boolean;
}

/**
 * Calls a URL that a client registered or sent; there is no other way to do so. Addresses that are not public are refused,
 * unless the operator allowed the host by name. Redirects are not followed, and a call takes at most 5 seconds. The number
 * of calls in progress is limited for each purpose, host and client.
 */
export interface Outbound {
  /**
   * @returns at most 64 KiB of UTF-8 text
   * @throws OutboundError if there is no usable response
   */
  get(url: string, accept: string, caller: OutboundCaller): Promise<OutboundResponse>;
  /**
   * @param maxBytes the most bytes of the response
   * @throws OutboundError if there is no usable response
   */
  download(
    url: string,
    accept: string,
    maxBytes: number,
    caller: OutboundCaller,
  ): Promise<OutboundResponse<Buffer>>;
  /**
   * @returns at most 64 KiB of UTF-8 text
   * @throws OutboundError if there is no usable response
   */
  post(url: string, body: string, contentType: string, caller: OutboundCaller): Promise<OutboundResponse>;
  /**
   * @returns at most 64 KiB of UTF-8 text
   * @throws OutboundError if there is no usable response
   */
  request(url: string, request: OutboundRequest, caller: OutboundCaller): Promise<OutboundResponse>;
}

/** Why a call was not made or not finished. Its message is for the log only, since it can reveal the local network. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError';
  /** Whether the call was not made because no slot was free, whatever its host would have responded. */
  readonly foundNoSlot: boolean;

  constructor(message: string, options: { cause?: unknown; foundNoSlot?: boolean } = {}) {
    super(message, { cause: options.cause });
    this.foundNoSlot = options.foundNoSlot ?? false;
  }
}
