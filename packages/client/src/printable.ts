const LONGEST = 300;
const SHORTEST_SECRET = 8;

/**
 * Makes a text from outside fit for an error message: one line, of bounded length, without the secrets we sent.
 * @param text what the server or the callback URL said
 * @param secrets values that must not appear, should the other side have echoed them; values of fewer than
 *   8 characters are left alone, as words of that length occur in any sentence
 */
export function printable(text: string, secrets: readonly string[] = []): string {
  const withoutSecrets = secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .reduce((rest, secret) => rest.replaceAll(secret, '[removed]'), text);
  return withoutSecrets.replace(/\p{C}+/gu, ' ').slice(0, LONGEST);
}
