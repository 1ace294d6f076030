import { createHash } from 'node:crypto';
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';
import { formWithButton, type OpenedPage } from '../../../../../test/kit/browser.js';
import type { RequestParameters, TestApp } from '../../../../../test/kit/test-app.js';

/** An authorization response in any response mode. */
export interface AuthorizationResponse {
  readonly mode: 'query' | 'fragment' | 'form_post';
  readonly parameters: URLSearchParams;
}

/** Signs in, allows, and reads the response in whichever mode it comes. */
export async function responseTo(
  app: TestApp,
  parameters: RequestParameters,
): Promise<AuthorizationResponse> {
  let page = await app.browser.open(app.authorizationUrl(parameters));
  if (page.html.includes('id="sign-in"')) {
    const { username, password } = app.user;
    page = await app.browser.signIn(page, { username, password });
  }
  if (page.html.includes('id="allow"')) page = await app.browser.submit(page, 'allow');
  return responseOf(page);
}

/** The response that a page is, or that a redirect carries. */
export function responseOf({ left, html, status }: OpenedPage): AuthorizationResponse {
  if (left === undefined) {
    if (status !== 200) throw new Error(`no answer: ${status} ${html}`);
    const { fields } = formWithButton(html, 'continue');
    return { mode: 'form_post', parameters: new URLSearchParams(fields) };
  }
  if (left.hash !== '') return { mode: 'fragment', parameters: new URLSearchParams(left.hash.slice(1)) };
  return { mode: 'query', parameters: left.searchParams };
}

/** The claims of an ID token whose signature, issuer and audience are right. */
export async function verifiedIdToken(app: TestApp, token: string | null): Promise<JWTPayload> {
  const keys = createRemoteJWKSet(new URL(`${app.at}/oauth2/jwks`));
  const { payload } = await jwtVerify(token ?? '', keys, { issuer: app.at, audience: app.id });
  return payload;
}

/** The left half of a hash (OpenID Connect Core 1.0 §3.1.3.6), independent of the server's code. */
export function leftHalf(text: string, hash: 'sha256' | 'sha512' = 'sha256'): string {
  const digest = createHash(hash).update(text).digest();
  return digest.subarray(0, digest.length / 2).toString('base64url');
}
