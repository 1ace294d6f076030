import { bodyOf, type Call, callApi } from '../../../../test/kit/api-calls.js';
import { addCaller } from '../../../../test/kit/callers.js';
import { type ServerOptions, startServer, type TestServer } from '../../../../test/kit/servers.js';
import type { Store } from '../../src/storage/ports/index.js';
import { expectAsDocumented, operationsIn } from './documented-responses.js';

export type Document = Readonly<Record<string, unknown>> & { readonly client_id: string };

/** A caller of the management API. Each response is checked against the documented responses of its operation. */
export interface Caller {
  /** The owner of the apps that the caller registers. */
  readonly id: string;
  readonly keyId: string;
  readonly call: Call;
  /** Registers an app, and fails if that is refused. */
  readonly create: (fields?: Readonly<Record<string, unknown>>) => Promise<Document>;
  readonly show: (id: string) => Promise<Document>;
}

/** A server with two administrators and two developers. */
export interface ClientsApiServer {
  readonly grantor: TestServer;
  readonly store: Store;
  readonly administrator: Caller;
  readonly otherAdministrator: Caller;
  readonly developer: Caller;
  readonly otherDeveloper: Caller;
  /** Sends no credential. */
  readonly anonymous: Caller;
  stop(): Promise<void>;
}

export const minimal = { name: 'My app', redirect_uris: ['https://myapp.example.com/callback'] };

export async function startClientsApiServer(options: ServerOptions = {}): Promise<ClientsApiServer> {
  const grantor = await startServer(options);
  const add = async (isAdmin: boolean) => {
    const caller = await addCaller(grantor, { isAdmin });
    return callerOf(grantor, caller, caller.call);
  };
  return {
    grantor,
    store: grantor.server.store,
    administrator: await add(true),
    otherAdministrator: await add(true),
    developer: await add(false),
    otherDeveloper: await add(false),
    anonymous: callerOf(grantor, { id: '', keyId: '' }, (method, path, body, headers = {}) =>
      callApi(grantor, headers, method, path, body),
    ),
    stop: () => grantor.stop(),
  };
}

/** Checks each response of these calls. */
export function callerOf(
  grantor: TestServer,
  { id, keyId }: Pick<Caller, 'id' | 'keyId'>,
  calling: Call,
): Caller {
  const operations = operationsIn(grantor.server.store);
  const call: Call = async (method, path, body, headers) => {
    const response = await calling(method, path, body, headers);
    await expectAsDocumented(operations, method, path, response.clone());
    return response;
  };
  return {
    id,
    keyId,
    call,
    create: (fields = {}) => bodyOf(call('POST', '/clients', { ...minimal, ...fields }), 201),
    show: (client) => bodyOf(call('GET', `/clients/${client}`)),
  };
}
