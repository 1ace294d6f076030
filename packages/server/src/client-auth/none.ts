import type { ClientAuthenticationMechanism } from './credentials.js';

/** A public client only names itself (RFC 6749 §3.2.1); its codes are protected by PKCE. */
export const none: ClientAuthenticationMechanism = {
  read(headers, parameters) {
    const { client_id: clientId, client_secret: secret, client_assertion: assertion } = parameters;
    if (headers.has('authorization') || secret !== undefined || assertion !== undefined) return undefined;
    if (clientId === undefined) return undefined;
    return { clientId, prove: (client) => client?.authenticationMethod === 'none' };
  },
};
