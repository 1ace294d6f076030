import { type Parameters, parseResponseType, responseTypes } from '@grantor/protocol';
import { allows } from '../clients/compatibility.js';
import type { ClientRecord } from '../storage/ports/index.js';

/** Whether the request's `response_type` has the word `id_token` in it. */
export function asksForIdToken(parameters: Parameters): boolean {
  const type = parseResponseType(parameters.response_type ?? '');
  return type !== undefined && responseTypes[type].idToken;
}

/** Whether the answer carries an ID token through the browser (OpenID Connect Core 1.0 §3.3.2.5). */
export function idTokenInFrontChannel(parameters: Parameters, client: ClientRecord): boolean {
  return asksForIdToken(parameters) && !allows(client, 'allow_hybrid_code_in_query');
}
