import { callApi, type RequestHeaders, xSignatureFor } from '../../../../test/kit/api-calls.js';
import { type ApiCaller, addCaller } from '../../../../test/kit/callers.js';
import { type ServerOptions, startServer, type TestServer } from '../../../../test/kit/servers.js';

/** A user who calls the API with the x-signature of an API key, as the programs of the portal do. */
export interface PortalUser extends ApiCaller {
  /** Calls the API with an `x-signature` header. */
  api(method: string, path: string, body?: unknown): Promise<Response>;
}

/** A server in the compatibility mode, with its users. */
export interface Portal {
  readonly grantor: TestServer;
  readonly admin: PortalUser;
  readonly developer: PortalUser;
  /** A developer without access to the apps of the first one. */
  readonly stranger: PortalUser;
  /** Calls the API below `/api/2.0` with these headers only. */
  call(headers: RequestHeaders, method: string, path: string, body?: unknown): Promise<Response>;
  stop(): Promise<void>;
}

export async function startPortal(options: ServerOptions): Promise<Portal> {
  const grantor = await startServer(options);
  return {
    grantor,
    admin: await addPortalUser(grantor, 'admin', { isAdmin: true }),
    developer: await addPortalUser(grantor, 'developer'),
    stranger: await addPortalUser(grantor, 'stranger'),
    call: (headers, method, path, body) => callApi(grantor, headers, method, path, body),
    stop: () => grantor.stop(),
  };
}

/** Adds a user with an API key. */
export async function addPortalUser(
  grantor: TestServer,
  name: string,
  role: { readonly isAdmin?: boolean } = {},
): Promise<PortalUser> {
  const caller = await addCaller(grantor, { username: `${name}@portal.example.com`, name, ...role });
  return {
    ...caller,
    api: async (method, path, body) =>
      callApi(grantor, { 'x-signature': await xSignatureFor(grantor, caller.headers) }, method, path, body),
  };
}
