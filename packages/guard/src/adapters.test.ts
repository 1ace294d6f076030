import { createServer, type RequestListener } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen, type RunningApi, startApi } from '../test/api-double.js';
import { AUDIENCE, type IssuerDouble, NOW, startIssuer } from '../test/issuer-double.js';
import { createGuard, type Guard } from './create-guard.js';
import { requireToken as expressToken } from './express.js';
import { type FastifyRequest, requireToken as fastifyToken } from './fastify.js';
import { requireToken as honoToken, type TokenEnv } from './hono.js';

const scope = 'files:read';

const starters: Record<string, (guard: Guard) => Promise<RunningApi>> = {
  Hono(guard) {
    const app = new Hono<TokenEnv>();
    app.get('/', honoToken(guard, { scope }), (c) => c.json(c.get('token')));
    const listener = getRequestListener(app.fetch);
    return listen(createServer((request, response) => void listener(request, response)));
  },
  Express: (guard) => startApi(guard, { scope }),
  // A double of Fastify's request and reply: the hook runs first, then the handler unless the hook responded.
  Fastify(guard) {
    const hook = fastifyToken(guard, { scope });
    const listener: RequestListener = (raw, response) => {
      const request: FastifyRequest = { raw };
      const reply = {
        code: (status: number) => (response.statusCode = status),
        header: (name: string, value: string) => response.setHeader(name, value),
        send: (body: string) => response.end(body),
      };
      hook(request, reply).then(
        (responded) => responded ?? reply.send(JSON.stringify(request.auth)),
        () => response.destroy(),
      );
    };
    return listen(createServer(listener));
  },
  fetch(guard) {
    const handler = guard.protect((_, token) => Response.json(token), { scope });
    const listener = getRequestListener(handler);
    return listen(createServer((request, response) => void listener(request, response)));
  },
};

describe.each(Object.entries(starters))('the guard in front of %s', (_, start) => {
  let issuer: IssuerDouble;
  let api: RunningApi;

  beforeAll(async () => {
    issuer = await startIssuer();
    api = await start(createGuard({ issuer: issuer.issuer, audience: AUDIENCE, now: () => NOW }));
  });

  afterAll(async () => {
    await api.close();
    await issuer.close();
  });

  it('passes a valid token to the handler', async () => {
    const response = await api.get(`Bearer ${await issuer.mint()}`);
    expect(response.status).toBe(200);
    expect(response.body).toMatchObject({ subject: 'ada', clientId: 'demo-app' });
  });

  it('responds with 401, a challenge and no error code if there is no token (RFC 6750 §3.1)', async () => {
    const response = await api.get();
    expect(response.status).toBe(401);
    expect(response.headers['www-authenticate']).toBe(`Bearer realm="${AUDIENCE}", scope="files:read"`);
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it('responds with 403 if the token lacks the scope (RFC 6750 §3.1)', async () => {
    const response = await api.get(`Bearer ${await issuer.mint({ scope: 'profile' })}`);
    expect(response.status).toBe(403);
    expect(response.headers['www-authenticate']).toContain('error="insufficient_scope"');
  });

  it('responds with 400 to two Authorization headers and to a token in the URL', async () => {
    const valid = `Bearer ${await issuer.mint()}`;
    expect((await api.get([valid, valid])).status).toBe(400);
    expect((await api.get(valid, '/?access_token=x')).status).toBe(400);
  });
});

describe('the Express adapter', () => {
  it('finds a token in the URL of a mounted router, whose url lacks a part', async () => {
    const middleware = expressToken(createGuard({ issuer: 'https://auth.example', audience: AUDIENCE }));
    const sent: Record<string, unknown> = {};
    const response = {
      statusCode: 200,
      setHeader: () => undefined,
      end: (body: string) => {
        sent.body = JSON.parse(body);
      },
    };
    await middleware(
      { headers: {}, url: '/', originalUrl: '/api?access_token=x' },
      response,
      () => undefined,
    );
    expect(response.statusCode).toBe(400);
    expect(sent.body).toMatchObject({ error: 'invalid_request' });
  });

  it('passes an unexpected error to Express', async () => {
    const guard = createGuard({ issuer: 'https://auth.example', audience: AUDIENCE });
    const broken: Guard = { ...guard, check: () => Promise.reject(new Error('broken')) };
    const response = { statusCode: 200, setHeader: () => undefined, end: () => undefined };
    const errors: unknown[] = [];
    await expressToken(broken)({ headers: {} }, response, (error) => errors.push(error));
    expect(errors).toEqual([new Error('broken')]);
  });
});

it('passes the additional arguments of the runtime to a fetch handler', async () => {
  const issuer = await startIssuer();
  const guard = createGuard({ issuer: issuer.issuer, audience: AUDIENCE, now: () => NOW });
  const handler = guard.protect((_, token, env: { greeting: string }) =>
    Response.json(`${env.greeting} ${token.subject}`),
  );
  const request = new Request('http://api.example', {
    headers: { authorization: `Bearer ${await issuer.mint()}` },
  });
  expect(await (await handler(request, { greeting: 'hello' })).json()).toBe('hello ada');
  await issuer.close();
});
