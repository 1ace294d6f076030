import { allows } from '../clients/compatibility.js';
import type { Clock } from '../crypto/clock.js';
import type { AccessTokenReader, LiveAccessToken } from '../issuance/access-token-reader.js';
import { confirmationOf, tokenTypeOf } from '../issuance/binding.js';
import { formatScope, type OAuthError, type ProtocolRequest, tooManyRequests } from '../protocol/index.js';
import type { ClientStore } from '../storage/ports/index.js';
import { createAddressLimit } from '../throttling/address-limit.js';
import { type Limits, waitOf } from '../throttling/limit.js';
import { ForeignOrigin, forAllowedOrigin, type RefuseForeignOrigin } from './allowed-origins.js';
import { type JsonResponse, json } from './endpoint.js';

const SETTING = 'allow_introspection_without_credentials';

const MINUTE = 60;
const PER_MINUTE_AND_ADDRESS = 120;
/** For one client, from all addresses together: its resource server introspects at each request that it receives. */
const PER_MINUTE_AND_CLIENT = 1200;

/** How long it is remembered whether any client has the setting, in seconds. */
const REMEMBERED_SECONDS = 10;

export interface IntrospectionWithoutCredentialsDependencies {
  readonly clients: ClientStore;
  readonly accessTokens: AccessTokenReader;
  readonly refuseForeignOrigin: RefuseForeignOrigin;
  readonly limits: Limits;
  readonly clock: Clock;
}

/**
 * Responds to an introspection request with a token and nothing else, as docspace-mcp sends it. RFC 7662 §2.1 requires
 * authorization, so that responses do not help to scan for tokens. Hence only access tokens of clients with the setting
 * are told to be active, with what a resource server needs and no more. Any other token has the same response.
 *
 * @returns undefined where the request has no token or no client has the setting, so that it is refused as usual
 */
export type IntrospectWithoutCredentials = (request: ProtocolRequest) => Promise<JsonResponse | undefined>;

export function createIntrospectionWithoutCredentials({
  clients,
  accessTokens,
  refuseForeignOrigin,
  limits,
  clock,
}: IntrospectionWithoutCredentialsDependencies): IntrospectWithoutCredentials {
  const byAddress = createAddressLimit(limits.approximate, {
    name: 'introspection without credentials by address',
    points: PER_MINUTE_AND_ADDRESS,
    windowSeconds: MINUTE,
  });
  const byClient = limits.approximate({
    name: 'introspection without credentials by client',
    points: PER_MINUTE_AND_CLIENT,
    windowSeconds: MINUTE,
  });

  // All requests of that time share one search: a stranger's request must not cost a search among all clients.
  let remembered = { until: 0, isAllowed: false };
  async function isAllowedForAny(): Promise<boolean> {
    const now = clock();
    if (remembered.until <= now) {
      // Requests during the search use the previous result.
      remembered = { ...remembered, until: now + REMEMBERED_SECONDS };
      remembered = { ...remembered, isAllowed: await clients.someAllowOpenIntrospection() };
    }
    return remembered.isAllowed;
  }

  function mayTell(request: ProtocolRequest, { client }: LiveAccessToken): boolean {
    if (!allows(client, SETTING)) return false;
    try {
      refuseForeignOrigin(client, request);
      return true;
    } catch (error) {
      if (error instanceof ForeignOrigin) return false;
      throw error;
    }
  }

  return async (request) => {
    const { headers, parameters, address } = request;
    const { token } = parameters;
    if (token === undefined || !(await isAllowedForAny())) return undefined;
    const wait = waitOf(await byAddress.count(address));
    if (wait > 0) throw tooMany(wait);
    const live = await accessTokens.read(token);
    if (live === undefined || !mayTell(request, live)) return json(200, { active: false });
    const { client, audience, scopes, expiresAt, binding } = live;
    const clientWait = waitOf(await byClient.count(client.id));
    if (clientWait > 0) throw tooMany(clientWait);
    return forAllowedOrigin(
      client,
      headers,
      json(200, {
        active: true,
        aud: audience.length === 1 ? audience[0] : audience,
        client_id: client.id,
        exp: expiresAt,
        scope: scopes.length === 0 ? undefined : formatScope(scopes),
        token_type: tokenTypeOf(binding),
        cnf: confirmationOf(binding),
      }),
    );
  };
}

function tooMany(seconds: number): OAuthError {
  return tooManyRequests(
    'Too many introspection requests without credentials; send them with credentials or try again later',
    seconds,
  );
}
