import type { ClientAuthenticationMechanism } from './credentials.js';

/** A public client only names itself (RFC 6749 §3.2.1); its codes are protected by PKCE. */
export const none: ClientAuthenticationMechanism = {
  read(headers, parameters) {
    if (headers.has('authorization') || parameters.client_secret !== undefined) return undefined;
    return parameters.client_id === undefined
      ? undefined
      : { clientId: parameters.client_id, secret: undefined };
  },
};
