import type { TestServer } from '../../../../test/kit/servers.js';
import { cheapStretch } from '../../../../test/kit/stretch.js';
import { claimsOfAccount } from '../../src/accounts/current-claims.js';
import { createEventFactory } from '../../src/audit/events.js';
import { createClientKeys } from '../../src/client-keys/client-keys.js';
import { createResources } from '../../src/clients/resources.js';
import { systemClock } from '../../src/crypto/clock.js';
import { createDeploymentKeys } from '../../src/crypto/deployment-keys.js';
import { systemRandom } from '../../src/crypto/random.js';
import { authorizationCodeGrant } from '../../src/grants/authorization-code.grant.js';
import { clientCredentialsGrant } from '../../src/grants/client-credentials.grant.js';
import { createClientTokenBound } from '../../src/grants/client-token-bound.js';
import { refreshTokenGrant } from '../../src/grants/refresh-token.grant.js';
import { createReuseEvents } from '../../src/grants/reuse.js';
import { createSealedResponses } from '../../src/grants/sealed-responses.js';
import { issue } from '../../src/issuance/issue.js';
import { createMemoryTables } from '../../src/memory/tables.js';
import { createOutbound } from '../../src/outbound/create-outbound.js';
import type { Parameters } from '../../src/protocol/index.js';
import { loadScopeCatalogue } from '../../src/scopes/scope-catalogue.js';
import type { Binding } from '../../src/storage/ports/index.js';
import { keyringOf } from './keyring.js';

/** Sends a token request for a client whose sender has proven to have what the binding names. */
export type BoundRequest = (
  clientId: string,
  parameters: Parameters,
  binding: Binding,
) => Promise<Readonly<Record<string, string>>>;

/**
 * Token requests with a binding, which no endpoint checks a proof for yet: they go to the grants and to the issuance, with
 * the store and the keys of a running server.
 */
export async function boundRequests(grantor: TestServer, secret: string): Promise<BoundRequest> {
  const { issuer, server } = grantor;
  const { store } = server;
  const tables = createMemoryTables();
  const lifetimes = {
    codeSeconds: 60,
    accessTokenSeconds: 300,
    idTokenSeconds: 300,
    refreshTokenSeconds: 3600,
    refreshAbsoluteSeconds: 36_000,
  };
  const issuance = {
    issuer,
    keyring: await keyringOf(grantor, secret),
    clientKeys: createClientKeys({
      outbound: createOutbound({ allowedHosts: [] }),
      clock: systemClock,
      tables,
      rsaExponents: [65_537],
    }),
    clock: systemClock,
    random: systemRandom,
    lifetimes,
    refreshTokens: true,
    subjectOf: ({ id }: { readonly id: string }) => id,
    groupsOf: async () => [],
    currentClaims: claimsOfAccount,
  };
  const deployment = {
    resources: createResources([issuer], issuer),
    scopes: await loadScopeCatalogue(store.scopes, systemClock, true),
  };
  const createReuseEvent = createReuseEvents(createEventFactory(systemClock, systemRandom));
  const grants = [
    authorizationCodeGrant(store.grants, deployment, systemClock, createReuseEvent),
    clientCredentialsGrant(
      createClientTokenBound(store.clientTokens, tables, systemClock),
      deployment.resources,
      deployment.scopes,
    ),
    refreshTokenGrant({
      ...deployment,
      grants: store.grants,
      sealedResponses: createSealedResponses(
        await createDeploymentKeys({ secret }, cheapStretch),
        systemRandom,
      ),
      clock: systemClock,
      retrySeconds: 60,
      createReuseEvent,
      lifetimes,
    }),
  ];

  return async (clientId, parameters, binding) => {
    const client = await store.clients.find(clientId);
    const grant = grants.find(({ type }) => type === parameters.grant_type);
    if (client === undefined || grant === undefined) throw new Error('no such client or grant type');
    const redemption = await grant.redeem({
      method: 'POST',
      url: `${issuer}/oauth2/token`,
      headers: new Headers(),
      address: '127.0.0.1',
      parameters,
      client,
      binding,
      noteUser: () => undefined,
    });
    if (redemption.kind === 'repetition') return JSON.parse(redemption.body);
    const { response, records } = await issue(issuance, redemption.subject, redemption.wants, binding);
    return JSON.parse(await redemption.commit(records, JSON.stringify(response)));
  };
}
