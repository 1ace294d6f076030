/**
 * The keys of an app cannot be used. The message is for its developer. The cause is for the log only, since it can reveal the
 * local network.
 */
export class ClientKeysError extends Error {
  override readonly name = 'ClientKeysError';
  readonly internal: string;

  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.internal = options.cause instanceof Error ? options.cause.message : message;
  }
}
