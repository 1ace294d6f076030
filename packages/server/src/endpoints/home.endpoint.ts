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
          label: 'home.account',
          description: 'home.accountDescription',
        },
        {
          href: paths.openidConfiguration[0],
          label: 'home.discovery',
          description: 'home.discoveryDescription',
        },
        {
          href: paths.jwks[0],
          label: 'home.keys',
          description: 'home.keysDescription',
        },
        {
          href: paths.apiReference[0],
          label: 'home.managementApi',
          description: 'home.managementApiDescription',
        },
        { href: paths.health[0], label: 'home.health', description: 'home.healthDescription' },
      ],
    }),
  });
}
