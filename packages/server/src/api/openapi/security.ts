import { paths } from '../../endpoints/paths.js';
import { namesOf } from '../../principals/principal.js';
import { scopesOfManagement } from '../../scopes/built-in-scopes.js';
import type { Access } from '../operation.js';

/**
 * The ways to authenticate.
 *
 * @param server the base of all URLs: the issuer, or empty
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
        'An access token with management scopes and this server as its audience. Apps request it with PKCE',
      flows: {
        authorizationCode: {
          authorizationUrl: server + paths.authorization[0],
          tokenUrl: server + paths.token[0],
          refreshUrl: server + paths.token[0],
          scopes: Object.fromEntries(
            scopesOfManagement.map(({ name, texts }) => [name, texts.en?.title ?? name]),
          ),
        },
      },
    },
    session: {
      type: 'apiKey',
      in: 'cookie',
      name: 'grantor_session',
      description:
        'The session of a signed-in user, for pages of this server only. With https, the name begins with `__Host-`, or with `__Secure-` if the issuer has a path',
    },
  } as const;
}

/** A credential as the document describes it, by the rules of OpenAPI 3.1. */
export type SecurityScheme = Readonly<Record<string, unknown>>;

/**
 * The credentials that an operation accepts: any one of them.
 *
 * @param others the names of further credentials that every operation accepts
 */
export function securityOf(access: Access, others: readonly string[]): Record<string, string[]>[] {
  if (access === 'anyone') return [];
  return [
    { apiKey: [] },
    { oauth2: [...namesOf(access.scope)] },
    ...others.map((name) => ({ [name]: [] })),
    { session: [] },
  ];
}

const callers = {
  guest: 'All authenticated callers',
  developer: 'Developers and administrators',
  administrator: 'Administrators',
} as const;

/** A sentence that says who may call an operation. */
export function describeAccess(access: Access): string {
  if (access === 'anyone') return 'No authentication needed.';
  const names = namesOf(access.scope).map((name) => `\`${name}\``);
  const scope = names.length === 0 ? '' : `, with the scope ${names.join(' or ')}`;
  return `For: ${callers[access.role].toLowerCase()}${scope}.`;
}
