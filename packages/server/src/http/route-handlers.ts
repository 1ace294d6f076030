import type { MountedServer } from './mount.js';

/** A function for each method, as route handlers of Next.js export them. */
export type RouteHandlers = Readonly<
  Record<
    'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'PATCH' | 'OPTIONS',
    (request: Request) => Promise<Response>
  >
>;

/**
 * Route handlers of Next.js, and of other frameworks with one function for each method.
 *
 * @param open called with the first request, not when the module is loaded: a build loads it too. Frameworks that pass
 *   no address of the client need the setting `trustedProxies`
 */
export function routeHandlers(open: () => Promise<Pick<MountedServer, 'fetch'>>): RouteHandlers {
  let opened: ReturnType<typeof open> | undefined;
  const handle = async (request: Request) => {
    opened ??= open();
    const server = await opened.catch((error: unknown) => {
      // The next request tries again.
      opened = undefined;
      throw error;
    });
    return server.fetch(request);
  };
  return {
    GET: handle,
    HEAD: handle,
    POST: handle,
    PUT: handle,
    DELETE: handle,
    PATCH: handle,
    OPTIONS: handle,
  };
}
