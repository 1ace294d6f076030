import { byDestination, type Destination } from '../authorization/destination.js';
import { redirectUriHost } from '../protocol/index.js';
import type { PageResponse } from './endpoint.js';

/** What the pages of an authorization request need of its destination. */
export interface DestinationPage {
  /** The host that pages name; undefined where the browser does not leave this server. */
  readonly host: string | undefined;
  /** Where the forms of the pages may lead. */
  readonly form: Pick<PageResponse, 'formTarget'>;
}

export function destinationPage(destination: Destination): DestinationPage {
  return byDestination(destination, {
    redirect: ({ redirectUri }) => ({
      host: redirectUriHost(redirectUri),
      form: { formTarget: redirectUri },
    }),
  });
}
