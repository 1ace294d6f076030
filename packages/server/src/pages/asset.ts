/** A file that pages refer to. Its path changes with its content, so it may be cached for ever. */
export interface Asset {
  readonly path: string;
  /** As Content-Type says it. */
  readonly type: string;
  readonly body: string;
  /** As an HTTP entity tag, quotes included (RFC 9110 §8.8.3). */
  readonly etag: string;
}
