import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AuthorizationServer, routeHandlers } from '@grantor/server';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { startHost } from './host.js';

type Handler = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

/** An application of each framework, with a page of its own and an authorization server below `/auth`. */
const frameworks: Readonly<Record<string, (server: AuthorizationServer) => Handler | Promise<Handler>>> = {
  'Express, as a middleware': (server) =>
    express()
      .use(server.listener)
      .get('/', (_request, response) => void response.send('own page')),

  'Express, below a path': (server) =>
    express()
      .use('/auth', server.listener)
      .use('/.well-known/oauth-authorization-server', server.listener)
      .get('/', (_request, response) => void response.send('own page')),

  async Fastify(server) {
    const app = fastify();
    app.get('/', () => 'own page');
    await app.register(async (scope) => {
      // Grantor reads the bodies of its requests itself.
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
      for (const path of ['/auth', '/auth/*', '/.well-known/oauth-authorization-server/auth']) {
        scope.all(path, (request, reply) => {
          reply.hijack();
          server.listener(request.raw, reply.raw);
        });
      }
    });
    await app.ready();
    return (incoming, outgoing) => app.routing(incoming, outgoing);
  },

  Hono(server) {
    const app = new Hono<{ Bindings: HttpBindings }>();
    app.get('/', (context) => context.text('own page'));
    app.all('/auth/*', (context) => server.fetch(context.req.raw, context.env));
    app.all('/.well-known/oauth-authorization-server/auth', (context) =>
      server.fetch(context.req.raw, context.env),
    );
    return asHandler(getRequestListener(app.fetch, { overrideGlobalObjects: false }));
  },

  'route handlers, as Next.js calls them'(server) {
    const handlers = routeHandlers(async () => server);
    const fetch = (request: Request) => {
      if (new URL(request.url).pathname === '/') return new Response('own page');
      // The second parameter of a route handler has its path parameters.
      const handler: (request: Request, context: object) => Promise<Response> =
        handlers[request.method as keyof typeof handlers];
      return handler(request, { params: Promise.resolve({ path: [] }) });
    };
    return asHandler(getRequestListener(fetch, { overrideGlobalObjects: false }));
  },
};

function asHandler(listener: (incoming: IncomingMessage, outgoing: ServerResponse) => unknown): Handler {
  return (incoming, outgoing) => void listener(incoming, outgoing);
}

describe.each(Object.keys(frameworks))('an authorization server in an application of %s', (name) => {
  it('signs users in, issues tokens and leaves the other pages to the application', async () => {
    const mount = frameworks[name];
    if (mount === undefined) throw new Error(name);
    const settings = name.startsWith('route handlers') ? { trustedProxies: 1 } : {};
    const { issuer, origin, registerApp } = await startHost(mount, settings);

    const tokens = await (await registerApp()).tokens({ scope: 'openid email' });
    expect(tokens.token_type).toBe('Bearer');
    // RFC 8414 §3.1: the metadata of an issuer with a path is between host and path.
    const metadata = await fetch(`${origin}/.well-known/oauth-authorization-server/auth`);
    expect(await metadata.json()).toMatchObject({ issuer, token_endpoint: `${issuer}/oauth2/token` });
    expect(await (await fetch(`${origin}/`)).text()).toBe('own page');
    expect((await fetch(`${origin}/unknown`)).status).not.toBe(500);
  });
});
