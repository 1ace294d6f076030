import { isLoopbackHost } from '@grantor/protocol';
import type { MailCatcher } from '../mail/mail-catcher.js';
import { CaughtMailsPage, pageElement } from '../pages/index.js';
import { OAuthError } from '../protocol/index.js';
import type { Endpoint } from './endpoint.js';

/**
 * `GET /dev/mail`: the mails that `grantor dev` has caught, for this machine only: their links sign in. The address of the
 * page must be one of this machine too: the name of another site can be made to lead here (DNS rebinding), and its scripts
 * could then read the page.
 */
export function devMailEndpoint(catcher: MailCatcher): Endpoint {
  return ({ address, headers }) => {
    // IPv4 addresses on a socket for both versions (RFC 4291 §2.5.5.2).
    const host = address.replace(/^::ffff:/, '');
    const isLocal = isLoopbackHost(host.includes(':') ? `[${host}]` : host);
    const named = URL.parse(`http://${headers.get('host') ?? ''}`)?.hostname ?? '';
    if (!isLocal || !isLoopbackHost(named)) {
      throw new OAuthError('invalid_request', 'There is no resource at this address', { status: 404 });
    }
    return {
      kind: 'page',
      status: 200,
      // Its own words are for developers.
      languages: { uiLocales: 'en' },
      page: pageElement(CaughtMailsPage, {
        mails: catcher.caught().map(({ to, subject, text, at }) => ({
          to,
          subject,
          text,
          at: new Date(at * 1000).toISOString(),
        })),
      }),
    };
  };
}
