import { paths } from '../../endpoints/paths.js';
import { namesOf } from '../../principals/principal.js';
import { managementScopes } from '../../scopes/management-scopes.js';
import type { Access } from '../operation.js';

/**
 * The ways to say who calls.
 *
 * @param server what addresses begin with: the issuer, or nothing
 */
export function securitySchemes(server: string) {
  return {
    apiKey: {
      type: 'http',
      scheme: 'bearer',
      description: 'An API key, in the header `Authorization: Bearer sk-...`',
    },
    oauth2: {
      type: 'oauth2',
      description:
        'An access token of this server for this server, with management scopes; apps ask for it with PKCE',
      flows: {
        authorizationCode: {
          authorizationUrl: server + paths.authorization[0],
          tokenUrl: server + paths.token[0],
          refreshUrl: server + paths.token[0],
          scopes: { ...managementScopes },
        },
      },
    },
    xSignature: {
      type: 'apiKey',
      in: 'header',
      name: 'x-signature',
      description: 'A signature of five minutes from `GET /api/2.0/security/oauth2/token`; also as a cookie',
    },
    session: {
      type: 'apiKey',
      in: 'cookie',
      name: 'grantor_session',
      description:
        'The session of somebody who is signed in, for pages of this server alone; the name begins with `__Host-`, or `__Secure-` below a path, where the server is reached by https',
    },
  } as const;
}

/** What an operation takes of them: any one. */
export function securityOf(access: Access): readonly Readonly<Record<string, readonly string[]>>[] {
  if (access === 'anyone') return [];
  return [{ apiKey: [] }, { oauth2: namesOf(access.scope) }, { xSignature: [] }, { session: [] }];
}

const whos = {
  guest: 'Everybody who is known',
  developer: 'Developers and administrators',
  administrator: 'Administrators',
} as const;

/** Who may, in a sentence. */
export function describeAccess(access: Access): string {
  if (access === 'anyone') return 'Anybody may ask.';
  const names = namesOf(access.scope).map((name) => `\`${name}\``);
  const scope = names.length === 0 ? '' : `, with a credential that is good for ${names.join(' or ')}`;
  return `${whos[access.role]} may${scope}.`;
}
