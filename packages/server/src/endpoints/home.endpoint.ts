import { HomePage } from '../pages/index.js';
import type { Endpoint } from './endpoint.js';
import { paths } from './paths.js';

/** `GET /`: says that the server runs, and where to look next. */
export function homeEndpoint(issuer: string, version: string): Endpoint {
  return () => ({
    kind: 'page',
    status: 200,
    page: HomePage({
      issuer,
      version,
      links: [
        {
          href: paths.openidConfiguration[0],
          label: 'Discovery',
          description: 'What this server supports, for client libraries',
        },
        {
          href: paths.jwks[0],
          label: 'Signing keys',
          description: 'The public keys that tokens are checked with',
        },
        {
          href: paths.apiReference[0],
          label: 'Management API',
          description: 'What programs can do here, operation by operation',
        },
        { href: paths.health[0], label: 'Health', description: 'Whether the database takes writes' },
      ],
    }),
  });
}
