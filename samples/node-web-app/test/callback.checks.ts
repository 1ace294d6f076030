import { expect, it } from 'vitest';
import { pathOf, Visitor } from './sample.js';
import { expectPlainPage, type Stage } from './stage.js';

/** The behaviour of the app for callbacks with an error, and for invalid ones. */
export function checkCallback(stage: Stage): void {
  it('of a user who denied access shows a friendly page', async () => {
    const state = (await stage.visitor.startConnecting()).searchParams.get('state');
    const query = new URLSearchParams({
      error: 'access_denied',
      state: state ?? '',
      iss: stage.server.issuer,
    });
    const page = await stage.visitor.get(`/callback?${query}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain('You chose not to connect');
    expect(page.text).toContain('id="connect"');
    expect(page.text).not.toContain('<details');
    expectPlainPage(page);
  });

  it('with another error shows which, and no markup of the callback', async () => {
    const state = (await stage.visitor.startConnecting()).searchParams.get('state');
    const query = new URLSearchParams({
      error: 'invalid_scope',
      error_description: '<img src=x onerror=alert(1)>',
      state: state ?? '',
      iss: stage.server.issuer,
    });
    const page = await stage.visitor.get(`/callback?${query}`);
    expect(page.status).toBeGreaterThanOrEqual(400);
    expect(page.text).toContain('invalid_scope');
    expect(page.text).not.toContain('<img src=x');
    expectPlainPage(page);
  });

  it('with a wrong state is refused, and the right one is still accepted after it (RFC 6749 §10.12)', async () => {
    const back = stage.server.allow((await stage.visitor.startConnecting()).href);
    const forged = new URL(back);
    forged.searchParams.set('state', 'x'.repeat(43));
    await expectRefused(stage, pathOf(forged));
    expect((await stage.visitor.get(pathOf(back))).status).toBe(303);
  });

  it('is accepted for each of two tabs', async () => {
    const requests = [await stage.visitor.startConnecting(), await stage.visitor.startConnecting()];
    for (const { href } of requests) {
      expect((await stage.visitor.get(pathOf(stage.server.allow(href)))).status).toBe(303);
    }
    expect((await stage.visitor.get('/')).text).toContain('Una User');
  });

  it('is refused if too many others were started after it', async () => {
    const back = stage.server.allow((await stage.visitor.startConnecting()).href);
    for (let count = 0; count < 10; count += 1) await stage.visitor.startConnecting();
    await expectRefused(stage, pathOf(back));
  });

  it('is accepted once, and a replay does not end the connection', async () => {
    const back = pathOf(stage.server.allow((await stage.visitor.startConnecting()).href));
    expect((await stage.visitor.get(back)).status).toBe(303);
    await expectRefused(stage, back);
    expect((await stage.visitor.get('/')).text).toContain('Una User');
  });

  it('in another browser is refused', async () => {
    const back = stage.server.allow((await stage.visitor.startConnecting()).href);
    await expectRefused(stage, pathOf(back), new Visitor(stage.app));
  });

  it.each<[string, (query: URLSearchParams) => void]>([
    ['without iss, from a server that always sends it (RFC 9207 §2.4)', (query) => query.delete('iss')],
    ['with the iss of another server (RFC 9207 §2.4)', (query) => query.set('iss', 'https://other.example')],
    ['with two codes (RFC 6749 §3.1)', (query) => query.append('code', 'another')],
    ['with two states (RFC 6749 §3.1)', (query) => query.append('state', 'another')],
    ['without code and error', (query) => query.delete('code')],
    ['without state', (query) => query.delete('state')],
  ])('%s is refused', async (_, edit) => {
    const back = stage.server.allow((await stage.visitor.startConnecting()).href);
    edit(back.searchParams);
    await expectRefused(stage, pathOf(back));
  });

  it.each<[string, () => void]>([
    ['of another nonce', () => (stage.server.editClaims = (claims) => ({ ...claims, nonce: 'another' }))],
    ['without nonce', () => (stage.server.editClaims = (claims) => without(claims, 'nonce'))],
    ['for another app', () => (stage.server.editClaims = (claims) => ({ ...claims, aud: 'app-2' }))],
    ['issued to another app', () => (stage.server.editClaims = (claims) => ({ ...claims, azp: 'app-2' }))],
    [
      'of another issuer',
      () => (stage.server.editClaims = (claims) => ({ ...claims, iss: 'https://other.example' })),
    ],
    ['that is expired', () => (stage.server.editClaims = (claims) => ({ ...claims, exp: 1000 }))],
    ['that is missing', () => (stage.server.editResponse = (response) => without(response, 'id_token'))],
    ['without signature', () => (stage.server.editResponse = unsigned)],
    ['of another signature', () => (stage.server.editResponse = otherSignature)],
  ])('with an ID token %s does not connect the user (OIDC Core §3.1.3.7)', async (_, spoil) => {
    spoil();
    const back = stage.server.allow((await stage.visitor.startConnecting()).href);
    const page = await stage.visitor.get(pathOf(back));
    expect(page.status).toBe(502);
    expectPlainPage(page);
    expect(stage.visitor.seen).not.toMatch(/eyJ|access-token/);
    expect((await stage.visitor.get('/')).text).toContain('id="connect"');
  });
}

/** Sends a callback that must be refused before a code is exchanged. */
async function expectRefused(stage: Stage, path: string, visitor = stage.visitor): Promise<void> {
  const exchanges = stage.server.requestsTo('/token').length;
  const page = await visitor.get(path);
  expect(page.status).toBe(400);
  expect(page.text).toContain('This sign-in cannot be finished');
  expect(page.text).toContain('id="connect"');
  expectPlainPage(page);
  expect(stage.server.requestsTo('/token')).toHaveLength(exchanges);
}

type Values = Record<string, unknown>;

const without = (values: Values, name: string): Values =>
  Object.fromEntries(Object.entries(values).filter(([key]) => key !== name));

/** The same claims with `alg: none` (RFC 8725 §3.1). */
function unsigned(response: Values): Values {
  const header = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
  return { ...response, id_token: `${header}.${String(response.id_token).split('.')[1]}.` };
}

/** The same claims, with another signature. */
function otherSignature(response: Values): Values {
  const [header, payload] = String(response.id_token).split('.');
  return { ...response, id_token: `${header}.${payload}.${Buffer.alloc(64, 1).toString('base64url')}` };
}
