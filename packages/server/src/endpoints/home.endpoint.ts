import { HomePage, pageElement } from '../pages/index.js';
import type { Endpoint } from './endpoint.js';
import { paths } from './paths.js';

/** `GET /`: shows that the server runs, with links to discovery, keys, API reference and health. */
export function homeEndpoint(issuer: string, version: string): Endpoint {
  return () => ({
    kind: 'page',
    status: 200,
    page: pageElement(HomePage, {
      issuer,
      version,
      links: [
        {
          href: paths.account[0],
          label: 'Your account',
          description: 'Your profile, your sessions and the apps with access',
        },
        {
          href: paths.openidConfiguration[0],
          label: 'Discovery',
          description: 'The metadata of this server, for client libraries',
        },
        {
          href: paths.jwks[0],
          label: 'Signing keys',
          description: 'The public keys that verify tokens',
        },
        {
          href: paths.apiReference[0],
          label: 'Management API',
          description: 'The reference of all operations',
        },
        { href: paths.health[0], label: 'Health', description: 'Whether the database accepts writes' },
      ],
    }),
  });
}
