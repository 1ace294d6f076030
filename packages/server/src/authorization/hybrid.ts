import { allows } from '../clients/compatibility.js';
import { type Parameters, partsOf } from '../protocol/index.js';
import type { ClientRecord } from '../storage/ports/index.js';

/** Whether the `response_type` of a request contains `id_token`. */
export function asksForIdToken(parameters: Parameters): boolean {
  return partsOf(parameters.response_type)?.idToken === true;
}

/**
 * Whether the response to "code id_token" is that to "code", as an old client expects it. A request that names another
 * response mode than the query gets its ID token there (OAuth 2.0 Multiple Response Type Encoding Practices §5).
 */
export function isHybridInQuery(parameters: Parameters, client: ClientRecord): boolean {
  const parts = partsOf(parameters.response_type);
  const { response_mode: mode = 'query' } = parameters;
  return (
    mode === 'query' &&
    parts?.code === true &&
    parts.idToken &&
    !parts.accessToken &&
    allows(client, 'allow_hybrid_code_in_query')
  );
}

/** Whether the response brings an ID token through the browser (OpenID Connect Core 1.0 §3.3.2.5). */
export function idTokenInFrontChannel(parameters: Parameters, client: ClientRecord): boolean {
  return asksForIdToken(parameters) && !isHybridInQuery(parameters, client);
}

/** Whether the response brings any token through the browser, which must not be in the query (Multiple Response Types §5). */
export function tokensInFrontChannel(parameters: Parameters, client: ClientRecord): boolean {
  const accessToken = partsOf(parameters.response_type)?.accessToken === true;
  return accessToken || idTokenInFrontChannel(parameters, client);
}
