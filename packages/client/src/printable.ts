const MAX_LENGTH = 300;
const MIN_SECRET_LENGTH = 8;

/**
 * Prepares a text from outside for an error message: one line, of bounded length, without the secrets that were sent.
 *
 * @param text from a response or a callback URL
 * @param secrets values to remove, if the server repeats them; values of fewer than 8 characters stay, since words of that
 *   length occur in any sentence
 */
export function printable(text: string, secrets: readonly string[] = []): string {
  const withoutSecrets = secrets
    .filter((secret) => secret.length >= MIN_SECRET_LENGTH)
    .reduce((rest, secret) => rest.replaceAll(secret, '[removed]'), text);
  return withoutSecrets.replace(/\p{C}+/gu, ' ').slice(0, MAX_LENGTH);
}
