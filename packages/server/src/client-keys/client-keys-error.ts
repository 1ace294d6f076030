/** An app's keys cannot be used; the message is for its developer. */
export class ClientKeysError extends Error {
  override readonly name = 'ClientKeysError';
}
