import type { Call } from '../../../../test/kit/api-calls.js';
import { bodyOf } from '../../../../test/kit/api-calls.js';
import type { TestServer } from '../../../../test/kit/servers.js';
import { TestApp } from '../../../../test/kit/test-app.js';

/** An app as the API shows it. */
export interface Shown {
  readonly client_id: string;
  readonly client_secret: string;
  readonly scopes: readonly string[];
  readonly pending_scopes: readonly string[];
}

export const REDIRECT_URI = 'https://app.example.com/callback';
export const base = { name: 'App', redirect_uris: [REDIRECT_URI] };

/** Registers an app with scopes, as the caller. */
export function registerWith(call: Call, scopes: readonly string[]): Promise<Shown> {
  return bodyOf<Shown>(call('POST', '/clients', { ...base, scopes }), 201);
}

/** The app, used by the user of the server. */
export function appAt(grantor: TestServer, shown: Shown): TestApp {
  return TestApp.of(grantor, shown, REDIRECT_URI);
}

/** The error of an authorization request with this scope; null if it succeeds. */
export async function errorOf(app: TestApp, scope: string | undefined): Promise<string | null> {
  return (await app.authorize({ scope })).searchParams.get('error');
}
