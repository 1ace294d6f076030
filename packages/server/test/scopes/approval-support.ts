import type { TestGrantor } from '../../../../test/kit/grantor.js';
import { TestApp } from '../../../../test/kit/test-app.js';
import { type Call, read } from './support.js';

/** An app as the API shows it. */
export interface Shown {
  readonly client_id: string;
  readonly client_secret: string;
  readonly scopes: readonly string[];
  readonly pending_scopes: readonly string[];
}

export const REDIRECT_URI = 'https://app.example.com/callback';
export const base = { name: 'App', redirect_uris: [REDIRECT_URI] };

/** Registers an app with scopes, as whoever calls. */
export function registerWith(call: Call, scopes: readonly string[]): Promise<Shown> {
  return read<Shown>(call('POST', '/clients', { ...base, scopes }), 201);
}

/** The app, for the person of the test. */
export function appAt(grantor: TestGrantor, { client_id, client_secret }: Shown): TestApp {
  return new TestApp(grantor.issuer, client_id, client_secret, REDIRECT_URI, grantor.person);
}

/** What the app is told when it asks a person for a scope; null where nothing is wrong. */
export async function errorOf(app: TestApp, scope: string | undefined): Promise<string | null> {
  return (await app.authorize({ scope })).searchParams.get('error');
}
