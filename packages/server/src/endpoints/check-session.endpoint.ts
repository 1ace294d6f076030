import { CheckSessionPage, checkSessionScript, pageElement } from '../pages/index.js';
import type { Endpoint } from './endpoint.js';
import { basePathOf, paths } from './paths.js';
import type { DescribeMetadata } from './server-metadata.js';

/** The name of the cookie that holds the browser state; its prefix is that of the other cookies (http/browser.ts). */
export function browserStateCookieName(issuer: string): string {
  if (!issuer.startsWith('https:')) return 'grantor_state';
  return basePathOf(issuer) === '' ? '__Host-grantor_state' : '__Secure-grantor_state';
}

/** `GET /oauth2/check-session`: the OP iframe of Session Management 1.0 §3.2, the one page that any site may frame. */
export function checkSessionEndpoint(issuer: string): Endpoint {
  const props = { cookieName: browserStateCookieName(issuer) };
  const script = checkSessionScript(props);
  return () => ({
    kind: 'page',
    status: 200,
    page: pageElement(CheckSessionPage, props),
    script,
    embeddable: true,
    // The same page for every browser: its script reads the browser state.
    headers: { 'cache-control': 'public, max-age=300' },
  });
}

export const checkSessionMetadata: DescribeMetadata = ({ issuer, sessionManagement }) =>
  sessionManagement ? { check_session_iframe: issuer + paths.checkSession[0] } : {};
