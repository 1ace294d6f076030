/** How long a client waits before it sends the request again, in seconds (RFC 9110 §10.2.3). */
const RETRY_AFTER_SECONDS = 2;

/**
 * The database cannot do this now: another process holds its lock, it cannot be reached, or too many requests wait
 * for it. Nothing was written, unless the connection was lost during the commit. Every verb may throw it.
 */
export class StorageUnavailable extends Error {
  override readonly name = 'StorageUnavailable';
  /** After how many seconds another attempt is worthwhile. */
  readonly retryAfterSeconds = RETRY_AFTER_SECONDS;
}
