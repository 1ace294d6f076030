import { expect, it } from 'vitest';
import { USER } from '../../../packages/client/test/authorization-server.js';
import { ORIGIN, Visitor } from './sample.js';
import { expectPlainPage, type Stage } from './stage.js';

/** The behaviour of the app until the first page with a profile. */
export function checkConnecting(stage: Stage): void {
  it('has a health endpoint', async () => {
    expect((await stage.visitor.get('/health')).status).toBe(200);
  });

  it('shows a landing page with a way to connect, and sets no cookie', async () => {
    const { status, text } = await stage.visitor.get('/');
    expect(status).toBe(200);
    expect(text).toMatch(/<a id="connect"[^>]* href="\/connect"/);
    expect(text).toContain(new URL(stage.server.issuer).host);
    expect(stage.visitor.cookies.size).toBe(0);
  });

  it('sends headers that keep scripts, frames, sniffing and caches out', async () => {
    const { headers, text } = await stage.visitor.get('/');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("form-action 'self'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(text).not.toMatch(/<script|<style|\sstyle=|\son\w+=/);
  });

  it('serves the stylesheet and the icon that its pages name', async () => {
    const { text } = await stage.visitor.get('/');
    const paths = [...text.matchAll(/<link [^>]*href="([^"]+)"/g)].map(([, path]) => path ?? '');
    expect(paths).toHaveLength(2);
    for (const path of paths) expect((await stage.visitor.get(path)).status).toBe(200);
  });

  it('responds to an unknown address with a page', async () => {
    const page = await stage.visitor.get('/nowhere');
    expect(page.status).toBe(404);
    expectPlainPage(page);
  });

  it('redirects the buttons of a user who is not connected to the start page', async () => {
    for (const path of ['/refresh', '/disconnect']) {
      const { status, headers } = await stage.visitor.post(path);
      expect([status, headers.get('location')]).toEqual([303, '/']);
    }
    expect(stage.server.requestsTo('/revoke')).toHaveLength(0);
  });
  it('sends PKCE S256 and a new state and nonce each time (RFC 7636 §4.3, RFC 9700 §2.1)', async () => {
    const requests = [await stage.visitor.startConnecting(), await stage.visitor.startConnecting()].map(
      ({ searchParams }) => Object.fromEntries(searchParams),
    );
    expect(requests[0]).toMatchObject({
      response_type: 'code',
      client_id: 'app-1',
      redirect_uri: `${ORIGIN}/callback`,
      scope: 'openid profile files:read',
      code_challenge_method: 'S256',
    });
    for (const name of ['state', 'nonce', 'code_challenge']) {
      const values = requests.map((parameters) => parameters[name]);
      for (const value of values) expect(value).toMatch(/^[\w-]{43}$/);
      expect(values[0]).not.toBe(values[1]);
    }
  });

  it('identifies the browser by a random cookie that scripts cannot read', async () => {
    const { headers } = await stage.visitor.get('/connect');
    expect(headers.getSetCookie()).toEqual([
      expect.stringMatching(/^\w+=[\w-]{43}; (?=.*HttpOnly)(?=.*Path=\/)(?=.*SameSite=Lax)/),
    ]);
  });

  it('shows profile, files and the expiry of the token, but not the token', async () => {
    const { status, text } = await stage.connect();
    expect(status).toBe(200);
    expect(text).toContain('Una User');
    expect(text).toContain('Budget.xlsx');
    expect(text).toContain('48.2 kB');
    expect(text).toContain('You are connected.');
    expect(text).toMatch(/expires in \d+ minutes, at\s+<time id="expires"[^>]*>\d\d:\d\d:\d\d UTC</);
    expect(text).toMatch(/<button id="refresh"/);
    expect(text).toMatch(/<button id="disconnect"/);
    expect(stage.api.authorizations.at(-1)).toMatch(/^Bearer access-token-\d+$/);
    expect(stage.visitor.seen).not.toMatch(/access-token|refresh-token|eyJ/);
    expect((await stage.visitor.get('/')).text, 'the notice is shown once').not.toContain(
      'You are connected.',
    );
  });

  it('authenticates with its secret, form-encoded first (RFC 6749 §2.3.1)', async () => {
    await stage.connect();
    const credentials = Buffer.from('app-1:a+secret%3A+of+the+app').toString('base64');
    expect(stage.server.requestsTo('/token')[0]?.authorization).toBe(`Basic ${credentials}`);
  });

  it('gives the session a new ID each time, and refuses an old ID', async () => {
    await stage.visitor.startConnecting();
    const ids = [new Map(stage.visitor.cookies)];
    for (const _ of ['first', 'again']) {
      await stage.connect();
      ids.push(new Map(stage.visitor.cookies));
    }
    expect(new Set(ids.flatMap((cookies) => [...cookies.values()])).size).toBe(3);
    const opened = ids.map(async (cookies) => {
      const holder = new Visitor(stage.app);
      for (const [name, value] of cookies) holder.cookies.set(name, value);
      return (await holder.get('/')).text.includes('Una User');
    });
    expect(await Promise.all(opened)).toEqual([false, false, true]);
  });

  it('escapes hostile names and file names', async () => {
    const name = `<script>alert("1")</script>'`;
    stage.server.overrides.set('/userinfo', () => ({ body: { sub: USER, name, email: '"><img src=x>' } }));
    const { text } = await stage.connect();
    expect(text).not.toMatch(/<script|<img src=x|<b>Plan/);
    expect(text).toContain('&lt;script&gt;');
    expect(text).toContain('&lt;b&gt;Plan&lt;/b&gt;.pdf');
  });
}
