/** The limits of one connection and of all together. Durations are in milliseconds. */
export interface ConnectionLimits {
  /** The most connections at a time; more are closed as they arrive. */
  readonly connections: number;
  /**
   * The most of them from one address, an IPv6 address counted by its /64, and four times as many from its /48; undefined
   * for no such limit.
   */
  readonly connectionsPerAddress: number | undefined;
  /** The most requests that may wait behind the one that is served; a connection with more is closed. */
  readonly waitingRequests: number;
  /** The most bytes that their heads may have together. */
  readonly waitingBytes: number;
  /** How long the head of a request may take to arrive. */
  readonly headMs: number;
  /** How long a whole request may take to arrive. */
  readonly requestMs: number;
  /** How long a connection may be idle while a response is created or sent. */
  readonly stalledMs: number;
  /** How long a response may take, from the first step of its request to the last byte that the client takes. */
  readonly responseMs: number;
}

export const DEFAULT_CONNECTION_LIMITS: ConnectionLimits = {
  connections: 5000,
  connectionsPerAddress: 2500,
  waitingRequests: 16,
  waitingBytes: 16 * 1024,
  headMs: 10_000,
  requestMs: 30_000,
  stalledMs: 30_000,
  responseMs: 120_000,
};
