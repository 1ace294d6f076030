/**
 * An app's keys cannot be used; the message is for its developer. The cause may tell about our network and is for
 * the log alone.
 */
export class ClientKeysError extends Error {
  override readonly name = 'ClientKeysError';
  readonly internal: string;

  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.internal = options.cause instanceof Error ? options.cause.message : message;
  }
}
