import type { TestServer } from '../../../../test/kit/servers.js';

/** The response to a registration (RFC 7591 §3.2.1). */
export type Registered = Readonly<Record<string, unknown>> & {
  readonly client_id: string;
  readonly client_secret?: string;
  readonly registration_access_token: string;
  readonly registration_client_uri: string;
};

/** The metadata that apps of these tests register by default. */
export const minimal = { client_name: 'Travel diary', redirect_uris: ['https://diary.example/callback'] };

/** An MCP client on the machine of a user, as they register today. */
export const nativeApp = {
  client_name: 'Code helper',
  redirect_uris: ['http://127.0.0.1/callback'],
  application_type: 'native',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
};

/** Sends a registration. */
export function register(
  { issuer }: Pick<TestServer, 'issuer'>,
  members: unknown,
  token?: string,
): Promise<Response> {
  return fetch(`${issuer}/oauth2/register`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: typeof members === 'string' ? members : JSON.stringify(members),
  });
}

/** Registers an app, and fails where the server refuses it. */
export async function registered(
  grantor: Pick<TestServer, 'issuer'>,
  members: Readonly<Record<string, unknown>> = minimal,
): Promise<Registered> {
  const response = await register(grantor, members);
  if (response.status !== 201) throw new Error(`not registered: ${await response.text()}`);
  return (await response.json()) as Registered;
}

/** Calls an app's own address (RFC 7592 §2) with its token, or another. */
export function manage(
  app: Pick<Registered, 'registration_client_uri' | 'registration_access_token'>,
  method: 'GET' | 'PUT' | 'DELETE',
  members?: unknown,
  token: string | undefined = app.registration_access_token,
): Promise<Response> {
  return fetch(app.registration_client_uri, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(members === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(members === undefined ? {} : { body: JSON.stringify(members) }),
  });
}

/** The members of a registration response that an update may contain (RFC 7592 §2.2). */
export function sendable(app: Registered): Record<string, unknown> {
  const assigned = new Set([
    'registration_access_token',
    'registration_client_uri',
    'client_secret_expires_at',
    'client_id_issued_at',
  ]);
  return Object.fromEntries(Object.entries(app).filter(([name]) => !assigned.has(name)));
}
