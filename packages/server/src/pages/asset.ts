/** A file that pages load. Its path changes with its content, so it may be cached forever. */
export interface Asset {
  readonly path: string;
  /** The value of `Content-Type`. */
  readonly type: string;
  readonly body: string;
  /** As an HTTP entity tag, quotes included (RFC 9110 §8.8.3). */
  readonly etag: string;
}
