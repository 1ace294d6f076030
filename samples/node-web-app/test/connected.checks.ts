import { expect, it } from 'vitest';
import { pathOf } from './sample.js';
import { expectPlainPage, type Stage } from './stage.js';

/** The behaviour of the app for a user who is connected. */
export function checkConnected(stage: Stage): void {
  it('refreshes, keeps the new refresh token, and shows the new expiry', async () => {
    const before = (await stage.connect()).text;
    stage.server.editResponse = (response) => ({ ...response, expires_in: 7100 });
    expect((await stage.visitor.post('/refresh')).headers.get('location')).toBe('/');
    const after = (await stage.visitor.get('/')).text;
    expect(after).toContain('The token was refreshed.');
    expect(Date.parse(expiryOf(after))).toBeGreaterThan(Date.parse(expiryOf(before)));
    await stage.visitor.post('/refresh');
    const [first, second] = stage.formsSent('/token').slice(1);
    expect(first).toMatchObject({ grant_type: 'refresh_token', refresh_token: expect.any(String) });
    expect(second?.refresh_token).not.toBe(first?.refresh_token);
  });

  it('refreshes an expired token before it is sent', async () => {
    stage.server.editResponse = (response) => ({ ...response, expires_in: 1 });
    const request = await stage.visitor.startConnecting();
    await stage.visitor.get(pathOf(stage.server.allow(request.href)));
    stage.server.editResponse = (response) => response;
    const { text } = await stage.visitor.get('/');
    expect(text).toContain('Una User');
    expect(text).toContain('Budget.xlsx');
    expect(stage.formsSent('/token').map((form) => form.grant_type)).toEqual([
      'authorization_code',
      'refresh_token',
    ]);
    const used = [
      stage.server.requestsTo('/userinfo').at(-1)?.authorization,
      stage.api.authorizations.at(-1),
    ];
    expect(new Set(used).size).toBe(1);
    await stage.visitor.get('/');
    expect(stage.server.requestsTo('/token'), 'no second refresh').toHaveLength(2);
  });

  it('offers to connect again after the access was revoked', async () => {
    await stage.connect();
    stage.server.overrides.set('/userinfo', () => ({ status: 401, body: { error: 'invalid_token' } }));
    stage.server.overrides.set('/token', () => ({ status: 400, body: { error: 'invalid_grant' } }));
    const { text } = await stage.visitor.get('/');
    expect(text).toContain('Your access has ended');
    expect(text).toContain('id="connect"');
    stage.server.overrides.clear();
    expect((await stage.visitor.get('/')).text, 'no longer connected').not.toContain('Una User');
  });

  it('offers to connect again if "Refresh token" finds that the access was revoked', async () => {
    await stage.connect();
    stage.server.overrides.set('/token', () => ({ status: 400, body: { error: 'invalid_grant' } }));
    await stage.visitor.post('/refresh');
    expect((await stage.visitor.get('/')).text).toContain('Your access has ended');
  });

  it('stays connected if a refresh fails for another reason', async () => {
    await stage.connect();
    stage.server.overrides.set('/token', () => ({ status: 500, body: 'out of order' }));
    const page = await stage.visitor.post('/refresh');
    expect(page.status).toBe(502);
    expectPlainPage(page);
    expect((await stage.visitor.get('/')).text).toContain('Una User');
  });

  it('refuses the profile of another user (OIDC Core §5.3.2)', async () => {
    await stage.connect();
    stage.server.overrides.set('/userinfo', () => ({ body: { sub: 'user-2', name: 'Other User' } }));
    const page = await stage.visitor.get('/');
    expect(page.status).toBe(502);
    expect(page.text).not.toContain('Other User');
    expectPlainPage(page);
  });

  it.each<[string, { status: number; body: string }, RegExp]>([
    ['is unavailable', { status: 503, body: 'down' }, /files service does not respond/],
    [
      'sends a malformed response',
      { status: 200, body: '{"files":[{"name":1}]}' },
      /files service does not respond/,
    ],
    ['refuses the token', { status: 401, body: '{}' }, /did not accept the token/],
    ['requires another scope', { status: 403, body: '{}' }, /did not allow this app to see your files/],
    ['has no files', { status: 200, body: '{"files":[]}' }, /no files yet/],
  ])('shows the profile and a friendly note if the API %s', async (_, reply, note) => {
    stage.api.reply = reply;
    const { status, text } = await stage.connect();
    expect(status).toBe(200);
    expect(text).toContain('Una User');
    expect(text).toMatch(note);
  });

  it('disconnects: revokes the refresh token and deletes the tokens (RFC 7009 §2.1)', async () => {
    await stage.connect();
    expect((await stage.visitor.post('/disconnect')).headers.get('location')).toBe('/');
    expect(stage.formsSent('/revoke')).toEqual([
      { token: expect.stringMatching(/^refresh-token-/), token_type_hint: 'refresh_token' },
    ]);
    const { text } = await stage.visitor.get('/');
    expect(text).toContain('You are disconnected.');
    expect(text).toContain('id="connect"');
    expect(text).not.toContain('Una User');
  });

  it('deletes the tokens even if the server does not revoke them, and shows so', async () => {
    await stage.connect();
    stage.server.overrides.set('/revoke', () => ({
      status: 503,
      body: { error: 'temporarily_unavailable' },
    }));
    await stage.visitor.post('/disconnect');
    const { text } = await stage.visitor.get('/');
    expect(text).toContain('could not revoke them at the authorization server');
    expect(text).not.toContain('Una User');
  });

  it.each<[string, Record<string, string>]>([
    ['from another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['from another port of this machine', { origin: 'http://localhost:4300', 'sec-fetch-site': 'same-site' }],
    ['without an origin', {}],
    ['from a hidden origin', { origin: 'null' }],
  ])('refuses a form %s', async (_, headers) => {
    await stage.connect();
    for (const path of ['/refresh', '/disconnect']) {
      const page = await stage.visitor.post(path, headers);
      expect(page.status).toBe(403);
      expectPlainPage(page);
    }
    expect(stage.server.requestsTo('/token')).toHaveLength(1);
    expect(stage.server.requestsTo('/revoke')).toHaveLength(0);
    expect((await stage.visitor.get('/')).text).toContain('Una User');
  });

  it('prints no token, code or secret', async () => {
    await stage.connect();
    stage.server.overrides.set('/token', () => ({ status: 400, body: { error: 'invalid_request' } }));
    stage.server.overrides.set('/revoke', () => ({ status: 503, body: {} }));
    await stage.visitor.post('/refresh');
    await stage.visitor.post('/disconnect');
    expect(stage.app.output()).toContain('token endpoint');
    expect(stage.app.output()).not.toMatch(/access-token-|refresh-token-|code-\d|eyJ|a secret|a\+secret/);
  });
}

/** The expiry of the token on a page. */
const expiryOf = (text: string): string => /<time id="expires" datetime="([^"]+)"/.exec(text)?.[1] ?? '';
