import { OAuthError } from '../protocol/index.js';
import type { ClientRecord } from '../storage/ports/index.js';

/** Reads an ID token of this server, even one whose time is over; undefined for anything else. */
export type ReadIdTokenHint = (
  token: string,
) => Promise<{ readonly sub: string; readonly clientId: string } | undefined>;

/**
 * `id_token_hint` (OpenID Connect Core 1.0 §3.1.2.1): the answer may speak of the person that it names, or
 * of nobody.
 *
 * @returns the `sub` that it names, as this client knows it
 * @throws OAuthError `invalid_request` where it is not an ID token of this server for this client
 */
export async function checkIdTokenHint(
  hint: string,
  { id }: ClientRecord,
  read: ReadIdTokenHint,
): Promise<string> {
  const found = await read(hint);
  if (found?.clientId === id) return found.sub;
  throw new OAuthError(
    'invalid_request',
    "'id_token_hint' is not an ID token that this server issued to this app",
  );
}
