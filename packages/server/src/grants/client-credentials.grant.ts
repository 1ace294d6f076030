import type { Resources } from '../clients/resources.js';
import { OAuthError, parseScope } from '../protocol/index.js';
import { identityScopes } from '../scopes/built-in-scopes.js';
import type { Catalogue } from '../scopes/catalogue.js';
import {
  accessAt,
  checkResourcesOf,
  checkScopesOf,
  scopesIfOmitted,
  scopesOfToken,
} from '../scopes/client-scopes.js';
import type { ScopeCatalogue } from '../scopes/scope-catalogue.js';
import type { ClientRecord } from '../storage/ports/index.js';
import type { AddClientToken } from './client-token-bound.js';
import type { Grant } from './grant-type.js';

/**
 * The client credentials grant (RFC 6749 §4.4): a client that acts for itself. No user is involved, so it gets no refresh
 * token (§4.4.3) and no ID token. A JWT costs no write.
 */
export function clientCredentialsGrant(
  addToken: AddClientToken,
  resources: Resources,
  scopes: ScopeCatalogue,
): Grant {
  return {
    type: 'client_credentials',
    async redeem({ client, parameters }) {
      // RFC 6749 §4.4: it must only be used by confidential clients.
      if (client.authenticationMethod === 'none') {
        throw new OAuthError('unauthorized_client', 'An app that cannot keep a secret cannot act for itself');
      }
      const targets = resources.targets(client, parameters.resource);
      const named = parseScope(parameters.scope);
      const catalogue = await scopes.consult([...named, ...client.scopes]);
      return {
        kind: 'redemption',
        subject: {
          kind: 'client',
          client,
          scopes: scopesFor(client, named, targets, catalogue),
          audience: targets,
        },
        wants: { accessToken: true },
        async commit({ accessToken }, body) {
          if (accessToken !== null) {
            const { id: clientId, credentialsVersion } = client;
            await addToken({ ...accessToken, clientId, credentialsVersion });
          }
          return body;
        },
      };
    },
  };
}

/** The scopes of the request, or those that the client is registered for (RFC 6749 §3.3). */
function scopesFor(
  client: ClientRecord,
  named: readonly string[],
  resources: readonly string[],
  catalogue: Catalogue,
): readonly string[] {
  checkScopesOf(client, named, catalogue);
  if (named.some((name) => identityScopes.has(name))) {
    throw new OAuthError(
      'invalid_scope',
      "'scope' names a scope about a user, and an app that acts for itself has no user",
    );
  }
  checkResourcesOf(named, resources, catalogue);
  const asked = named.length > 0 ? named : scopesIfOmitted(client, resources, catalogue);
  return scopesOfToken(asked, accessAt(resources, asked, catalogue));
}
