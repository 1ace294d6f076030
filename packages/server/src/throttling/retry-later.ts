/** Something that is refused now and may be sent again: `Retry-After` says when (RFC 9110 §10.2.3). */
export class RetryLater extends Error {
  /** @param retryAfterSeconds whole seconds, at least 1 */
  constructor(
    message: string,
    readonly retryAfterSeconds: number,
  ) {
    super(message);
    this.name = 'RetryLater';
  }
}
