import { credentialKinds } from '../clients/secret.js';
import type { Parameters } from '../protocol/index.js';
import type { ClientRecord } from '../storage/ports/index.js';
import { isBasic } from './client-secret-basic.js';
import type { ClientAuthenticationMechanism } from './credentials.js';

/** A public client only names itself (RFC 6749 §3.2.1); its codes are protected by PKCE. */
export const none: ClientAuthenticationMechanism = {
  read(headers, parameters) {
    const { client_id: clientId, client_secret: secret, client_assertion: assertion } = parameters;
    if (isBasic(headers) || secret !== undefined || assertion !== undefined) return undefined;
    if (clientId === undefined) return undefined;
    return {
      clientId,
      isCredential: false,
      prove: (client) => client?.authenticationMethod === 'none',
      unproven: (client) => asPublic(client, parameters),
    };
  },
};

/**
 * A client with a secret that may also exchange codes without it (`allow_pkce`): its part that cannot keep a
 * secret, in a browser, is a public client that has no refresh tokens. The verifier is what proves the exchange
 * (RFC 7636 §4.6); a code without a challenge is refused with one.
 */
function asPublic(client: ClientRecord, parameters: Parameters): ClientRecord | undefined {
  const { grant_type: grantType, code_verifier: verifier } = parameters;
  if (grantType !== 'authorization_code' || verifier === undefined) return undefined;
  // Who signs has said that a secret on its way is not good enough for it.
  if (credentialKinds[client.authenticationMethod] !== 'sentSecret') return undefined;
  if (client.metadata.allow_pkce !== true) return undefined;
  return {
    ...client,
    authenticationMethod: 'none',
    grantTypes: client.grantTypes.filter((type) => type !== 'refresh_token'),
  };
}
