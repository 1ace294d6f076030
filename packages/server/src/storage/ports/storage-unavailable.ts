/** How long a client waits before it sends the request again, in seconds (RFC 9110 §10.2.3). */
const RETRY_AFTER_SECONDS = 2;

/**
 * The database cannot do this now: another process holds its lock, it cannot be reached, or too many requests wait
 * for it. Every verb may throw it.
 */
export class StorageUnavailable extends Error {
  override readonly name = 'StorageUnavailable';
  /** After how many seconds another attempt is worthwhile. */
  readonly retryAfterSeconds = RETRY_AFTER_SECONDS;
  /** Whether the connection was lost during the commit. False: nothing was written. */
  readonly mayBeWritten: boolean;

  constructor(message: string, options: { cause?: unknown; mayBeWritten?: boolean } = {}) {
    super(message, { cause: options.cause });
    this.mayBeWritten = options.mayBeWritten ?? false;
  }
}
