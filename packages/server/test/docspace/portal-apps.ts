import { bodyOf } from '../../../../test/kit/api-calls.js';
import { TestApp } from '../../../../test/kit/test-app.js';
import type { Portal, PortalUser } from './portal.js';

/** An app as the API shows it. */
export type Document = Readonly<Record<string, unknown>> & {
  readonly client_id: string;
  readonly client_secret?: string;
};

const CALLBACK = 'https://app.example.com/callback';

/** What a program written for the portal sends, with all nine fields that it must send there. */
export const complete = {
  name: 'My app',
  description: 'Does things',
  logo: 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  website_url: 'https://app.example.com',
  terms_url: 'https://app.example.com/terms',
  policy_url: 'https://app.example.com/privacy',
  logout_redirect_uri: 'https://app.example.com/bye',
  redirect_uris: ['http://localhost:3000/callback', 'claude://callback'],
  allowed_origins: ['http://localhost:3000', 'claude://app'],
  scopes: ['files:read', 'rooms:write'],
  allow_pkce: true,
  is_public: false,
};

export const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/;
/** An ID that no app has. */
export const unknown = '00000000-0000-4000-8000-000000000000';

/** Registers an app with all nine fields, or others. */
export function make(caller: PortalUser, fields: Record<string, unknown> = {}): Promise<Document> {
  return bodyOf(caller.api('POST', '/clients', { ...complete, ...fields }), 201);
}

/** Registers an app of one user and returns it in the browser of another. */
export async function makeAppFor(
  { grantor }: Portal,
  developer: PortalUser,
  { user }: PortalUser,
  fields: Record<string, unknown> = {},
): Promise<TestApp> {
  const client = await make(developer, { redirect_uris: [CALLBACK], ...fields });
  return TestApp.of({ issuer: grantor.issuer, user }, client, CALLBACK);
}
