import { type AuthorizationServerOptions, ConfigError, createAuthorizationServer } from '@grantor/server';
import express from 'express';
import { describe, expect, expectTypeOf, it, onTestFinished, vi } from 'vitest';
import { bodyOf } from '../../../../test/kit/api-calls.js';
import { createDatabase } from '../../../../test/kit/test-database.js';
import { mountServer } from '../../src/http/mount.js';
import { admin, startHost } from './host.js';

const needed = {
  issuer: 'http://localhost:4000/auth',
  databaseUrl: 'sqlite:./never-opened/grantor.db',
  secret: 'U9xq2Lr7VtbW4mZ0pKcYs8aEhJd5NfGi',
};

/** The problems of options that the types refuse too. */
async function problemsOf(options: object): Promise<readonly string[]> {
  const refused: unknown = await createAuthorizationServer(options as AuthorizationServerOptions).catch(
    (error: unknown) => error,
  );
  if (!(refused instanceof ConfigError)) throw new Error(`no ConfigError: ${String(refused)}`);
  return refused.problems;
}

describe('the options of createAuthorizationServer', () => {
  it('are refused by their name in TypeScript, never with their value', async () => {
    expect(await problemsOf({ ...needed, issuer: undefined, codeSeconds: 0 })).toEqual([
      'issuer is not set',
      'codeSeconds must be a whole number of seconds from 1 to 600',
    ]);
    expect(await problemsOf({ ...needed, secret: 'a'.repeat(40) })).toEqual([
      expect.stringMatching(/^secret can be guessed/),
    ]);
  });

  it.each([
    ['accesTokenSeconds', 'accesTokenSeconds is unknown. Did you mean accessTokenSeconds?'],
    ['port', 'port is unknown. Remove it.'],
  ])('are refused if they are unknown, such as %s', async (name, problem) => {
    expect(await problemsOf({ ...needed, [name]: 900 })).toEqual([problem]);
  });

  it('do not come from the environment', async () => {
    vi.stubEnv('GRANTOR_ISSUER', 'https://other.example.com');
    vi.stubEnv('GRANTOR_MISSPELT', 'x');
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const { issuer } = await startHost((server) => server.listener);
    const metadata = await bodyOf(fetch(`${issuer}/.well-known/openid-configuration`));
    expect(metadata).toMatchObject({ issuer });
  });

  it('have the types of the settings', () => {
    expectTypeOf<typeof needed>().toExtend<AuthorizationServerOptions>();
    expectTypeOf<AuthorizationServerOptions['accessTokenSeconds']>().toEqualTypeOf<number | undefined>();
    expectTypeOf<AuthorizationServerOptions['registration']>().toEqualTypeOf<
      'off' | 'token' | 'open' | undefined
    >();
    expectTypeOf<AuthorizationServerOptions['resources']>().toEqualTypeOf<string[] | undefined>();
    expectTypeOf<AuthorizationServerOptions>().not.toHaveProperty('port');
    const authenticate = async ({ username }: { username: string }) => ({ id: username, amr: ['pwd'] });
    expectTypeOf<{ authenticate: typeof authenticate }>().toExtend<
      Pick<AuthorizationServerOptions, 'authenticate'>
    >();
    expectTypeOf<{ authenticate: () => Promise<boolean> }>().not.toExtend<
      Pick<AuthorizationServerOptions, 'authenticate'>
    >();
    expectTypeOf<Omit<typeof needed, 'secret'>>().not.toExtend<AuthorizationServerOptions>();
  });
});

describe('a server in an application', () => {
  it('leaves the globals of the process as they are', async () => {
    const { Request: before, Response: response } = globalThis;
    await startHost((server) => server.listener);
    expect(globalThis.Request).toBe(before);
    expect(globalThis.Response).toBe(response);
  });

  it('refuses a request whose body the application has read, and says what to change', async () => {
    const { registerApp } = await startHost((server) => {
      const app = express();
      app.use('/auth/oauth2/token', express.urlencoded());
      return app.use(server.listener);
    });
    const response = await (await registerApp()).exchange('code');
    expect(await bodyOf(response, 500)).toMatchObject({
      error: 'server_error',
      error_description: expect.stringContaining('Mount Grantor before body parsers'),
    });
  });

  it('refuses a Request whose body was read', async () => {
    const { server, issuer } = await startHost(({ listener }) => listener);
    const request = new Request(`${issuer}/oauth2/token`, { method: 'POST', body: 'grant_type=x' });
    await request.text();
    const response = await server.fetch(request, { address: '192.0.2.1' });
    expect((await bodyOf(response, 500)).error_description).toContain('read the body');
  });

  it('counts the bytes of a body itself, whatever Content-Length says', async () => {
    const { issuer, server } = await startHost((embedded) => embedded.listener);
    const [sent, chunk] = [{ chunks: 0 }, new Uint8Array(64 * 1024).fill(97)];
    const body = new ReadableStream({
      pull(controller) {
        sent.chunks += 1;
        if (sent.chunks > 100) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '10' };
    const message = { method: 'POST', headers, body, duplex: 'half' };
    const request = new Request(`${issuer}/oauth2/token`, message);
    expect((await server.fetch(request, { address: '192.0.2.1' })).status).toBe(413);
    expect(sent.chunks).toBeLessThan(10);
  });

  it('asks the application for the address of the client, by which it limits requests', async () => {
    const { server, issuer } = await startHost(({ listener }) => listener, {
      tokenRequestsPerMinutePerAddress: 1,
    });
    const request = () => new Request(`${issuer}/oauth2/token`, { method: 'POST' });
    await expect(server.fetch(request())).rejects.toThrow('fetch(request, { address })');
    const from = async (address: string) => (await server.fetch(request(), { address })).status;
    expect([await from('192.0.2.1'), await from('192.0.2.1'), await from('192.0.2.2')]).toEqual([
      401, 429, 401,
    ]);
  });

  it('answers 404 outside of its path where the application has no other handler', async () => {
    const { origin } = await startHost((server) => server.listener);
    expect((await fetch(`${origin}/elsewhere`)).status).toBe(404);
  });

  it('shares nothing with another server of the same process', async () => {
    const first = await startHost((server) => server.listener);
    const second = await startHost((server) => server.listener);
    const app = await first.registerApp();
    const { access_token: token } = await app.tokens();
    expect((await app.userinfo(token)).status).toBe(200);
    expect((await app.with({ at: second.issuer }).userinfo(token)).status).toBe(401);
  });

  it('waits no longer than ten seconds in close(): a client may never send the rest of its body', async () => {
    const never = () => new Promise<Response>(() => {});
    const mounted = mountServer(never, { issuer: needed.issuer, trustedProxies: 0 }, 1);
    void mounted.fetch(new Request(needed.issuer), { address: '192.0.2.1' });
    await expect(mounted.drain()).resolves.toBeUndefined();
  });

  it('answers 503 after close(), which waits for requests in progress', async () => {
    const server = await createAuthorizationServer({
      ...needed,
      databaseUrl: await createDatabase('sqlite'),
      adminEmail: admin.username,
      adminPassword: admin.password,
      logLevel: 'silent',
    });
    const get = () => server.fetch(new Request(`${needed.issuer}/health`), { address: '192.0.2.1' });
    const inProgress = get();
    await server.close();
    expect((await inProgress).status).toBe(200);
    expect((await get()).status).toBe(503);
  });
});
