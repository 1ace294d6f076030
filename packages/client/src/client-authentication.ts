import type { Settings } from './settings.js';

/** What a request carries to prove the client: headers and form parameters. */
export interface ClientCredentials {
  readonly headers: Record<string, string>;
  readonly parameters: Record<string, string>;
  /** Every form of the secret that is sent, so that none of them gets into an error message. */
  readonly secrets: readonly string[];
}

/** Encodes one value as application/x-www-form-urlencoded (RFC 6749 Appendix B). */
function formEncode(value: string): string {
  return new URLSearchParams([['', value]]).toString().slice(1);
}

/**
 * The client's proof by the configured method (RFC 6749 §2.3.1). Basic encodes both halves before joining them,
 * so that a colon or a non-ASCII character in either survives.
 */
export function clientCredentials(settings: Settings): ClientCredentials {
  const { clientId, clientSecret, clientAuthentication } = settings;
  if (clientAuthentication === 'client_secret_basic') {
    const encodedSecret = formEncode(clientSecret);
    const pair = btoa(`${formEncode(clientId)}:${encodedSecret}`);
    return {
      headers: { authorization: `Basic ${pair}` },
      parameters: {},
      secrets: [pair, encodedSecret, clientSecret],
    };
  }
  const secret = clientAuthentication === 'client_secret_post' ? { client_secret: clientSecret } : {};
  return { headers: {}, parameters: { client_id: clientId, ...secret }, secrets: [clientSecret] };
}
