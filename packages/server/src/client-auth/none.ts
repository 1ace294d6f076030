import { credentialKinds } from '../clients/secret.js';
import type { Parameters } from '../protocol/index.js';
import type { ClientRecord } from '../storage/ports/index.js';
import type { ClientAuthenticator } from './credentials.js';

/** `none`: a public client only names itself (RFC 6749 §3.2.1). PKCE protects its codes. */
export const none: ClientAuthenticator = {
  read({ parameters }) {
    const { client_id: clientId } = parameters;
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
 * A client with a secret that can also exchange codes without it (`allow_pkce`). Its part in a browser, which cannot keep a
 * secret, is a public client without refresh tokens. The verifier authenticates the exchange (RFC 7636 §4.6): a code without
 * a challenge is refused with a verifier.
 */
function asPublic(client: ClientRecord, parameters: Parameters): ClientRecord | undefined {
  const { grant_type: grantType, code_verifier: verifier } = parameters;
  if (grantType !== 'authorization_code' || verifier === undefined) return undefined;
  // A client that registered to sign does not accept a weaker proof.
  if (credentialKinds[client.authenticationMethod] !== 'sentSecret') return undefined;
  if (client.metadata.allow_pkce !== true) return undefined;
  return {
    ...client,
    authenticationMethod: 'none',
    grantTypes: client.grantTypes.filter((type) => type !== 'refresh_token'),
  };
}
