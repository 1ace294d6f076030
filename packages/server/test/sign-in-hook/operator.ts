import { bodyOf } from '../../../../test/kit/api-calls.js';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import type { TestServer } from '../../../../test/kit/servers.js';
import type { RequestParameters, TestApp } from '../../../../test/kit/test-app.js';

/** The operator's pages. The tests take the place of their server. */
export const pages = {
  signInUrl: 'https://example.com/sign-in?theme=dark',
  consentUrl: 'https://example.com/consent',
};

export type Step = 'sign-in' | 'consent';

/** A user of the operator, as an answer names them. */
export const ada = {
  id: 'user-1',
  claims: { email: 'ada@lovelace.example', email_verified: true, name: 'Ada Lovelace', locale: 'en-GB' },
};

/** Opens an authorization request, and returns the challenge with which the browser is sent to the operator. */
export async function challengeFor(
  app: TestApp,
  parameters: RequestParameters = {},
  step: Step = 'sign-in',
): Promise<string> {
  const page = await app.browser.open(app.authorizationUrl(parameters));
  return challengeIn(page.left, step);
}

export function challengeIn(left: URL | undefined, step: Step): string {
  const challenge = left?.searchParams.get(`${step.replace('-', '_')}_challenge`);
  if (challenge === undefined || challenge === null)
    throw new Error(`no challenge in ${left?.href ?? 'a page'}`);
  return challenge;
}

/** Reads a request of a user. */
export const read = (server: TestServer, challenge: string, step: Step = 'sign-in') =>
  server.api('GET', `/${step}-requests/${challenge}`);

/** Answers a request of a user. */
export const answer = (
  server: TestServer,
  challenge: string,
  decision: 'accept' | 'reject',
  body?: unknown,
  step: Step = 'sign-in',
) => server.api('POST', `/${step}-requests/${challenge}/${decision}`, body);

/** Where the browser continues after an accepted answer. */
export async function redirectOf(responding: Promise<Response>): Promise<string> {
  const { redirect_to: to } = await bodyOf<{ redirect_to: string }>(responding);
  return to;
}

/** Signs a user in with the operator's page, and returns what the browser shows then. */
export async function signInWith(
  server: TestServer,
  app: TestApp,
  body: unknown = { user: ada },
  parameters: RequestParameters = {},
) {
  const challenge = await challengeFor(app, parameters);
  return app.browser.open(await redirectOf(answer(server, challenge, 'accept', body)));
}

/** The same app in the browser of another user. */
export const inNewBrowser = (app: TestApp): TestApp => app.with({ browser: new HttpBrowser() });
