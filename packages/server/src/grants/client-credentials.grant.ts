import { OAuthError, type Parameters, parseScope } from '@grantor/protocol';
import type { Resources } from '../clients/resources.js';
import { checkScopesOf, personalScopes } from '../clients/scopes.js';
import type { ClientRecord, ClientTokenStore } from '../storage/ports/index.js';
import type { Grant } from './grant-type.js';

/**
 * The client credentials grant (RFC 6749 §4.4): a client that asks for itself. Its tokens are about no
 * person, so there is no refresh token (§4.4.3) and no ID token; a JWT costs no write.
 */
export function clientCredentialsGrant(clientTokens: ClientTokenStore, resources: Resources): Grant {
  return {
    type: 'client_credentials',
    async redeem({ client, parameters }) {
      // RFC 6749 §4.4: it must only be used by confidential clients.
      if (client.authenticationMethod === 'none') {
        throw new OAuthError('unauthorized_client', 'An app that cannot keep a secret cannot act for itself');
      }
      const asked = resources.asked(client, parameters.resource);
      return {
        kind: 'clientRedemption',
        client,
        scopes: scopesFor(client, parameters),
        audience: asked.length === 0 ? [resources.audienceOf(client)] : asked,
        async commit({ body, record }) {
          if (record !== null) await clientTokens.create(record);
          return body;
        },
      };
    },
  };
}

/**
 * What the request names, else what the client is registered for (RFC 6749 §3.3). A client that is
 * registered for nothing by name gets nothing by omission: no person looks at it.
 */
function scopesFor(client: ClientRecord, parameters: Parameters): readonly string[] {
  const asked = parseScope(parameters.scope);
  checkScopesOf(client, asked);
  if (asked.some((name) => personalScopes.has(name))) {
    throw new OAuthError('invalid_scope', "'scope' names a scope about a person, and there is none here");
  }
  return asked.length > 0 ? asked : client.scopes.filter((name) => !personalScopes.has(name));
}
