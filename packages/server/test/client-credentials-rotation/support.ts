import type { TestGrantor } from '../../../../test/kit/grantor.js';
import { TestApp } from '../../../../test/kit/test-app.js';

/** The app as its developer runs it with another secret. */
export function withSecret(app: TestApp, secret: string): TestApp {
  const renewed = new TestApp(app.at, app.id, secret, app.redirectUri, app.person, app.browser);
  return Object.assign(renewed, { verifier: app.verifier });
}

export interface Rotated {
  readonly client_secret: string;
  readonly previous_secret_expires_on: string | null;
}

/** Gives the app another secret, and fails where the server refuses it. */
export async function rotate(grantor: TestGrantor, id: string, body?: object): Promise<Rotated> {
  const response = await grantor.api('PATCH', `/clients/${id}/regenerate`, body);
  if (response.status !== 200) throw new Error(`not rotated: ${await response.text()}`);
  return (await response.json()) as Rotated;
}

/** Calls the management API with somebody's key. */
export function call(
  { issuer }: TestGrantor,
  key: string,
  method: string,
  path: string,
  init: { readonly body?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Response> {
  return fetch(`${issuer}/api/2.0${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...init.headers,
    },
    ...(init.body === undefined ? {} : { body: init.body }),
  });
}

/** Whether the app's credentials are taken, asked where nothing else can go wrong. */
export async function isTaken(app: TestApp, headers: Record<string, string> = {}): Promise<boolean> {
  const named = 'authorization' in headers ? { client_id: undefined, client_secret: undefined } : {};
  const response = await app.post('/oauth2/revoke', { token: 'unknown', ...named }, headers);
  return response.status === 200;
}

export const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
});
