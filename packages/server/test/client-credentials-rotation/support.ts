import { bodyOf } from '../../../../test/kit/api-calls.js';
import type { TestServer } from '../../../../test/kit/servers.js';
import type { TestApp } from '../../../../test/kit/test-app.js';

export interface Rotated {
  readonly client_secret: string;
  readonly previous_secret_expires_on: string | null;
}

/** Rotates the client secret of an app. */
export function rotate(grantor: TestServer, id: string, body?: object): Promise<Rotated> {
  return bodyOf(grantor.api('PATCH', `/clients/${id}/regenerate`, body));
}

/** Whether the server accepts the credentials of the app, by a request that cannot fail otherwise. */
export async function isAccepted(app: TestApp, headers: Record<string, string> = {}): Promise<boolean> {
  const named = 'authorization' in headers ? { client_id: undefined, client_secret: undefined } : {};
  const response = await app.post('/oauth2/revoke', { token: 'unknown', ...named }, headers);
  return response.status === 200;
}
