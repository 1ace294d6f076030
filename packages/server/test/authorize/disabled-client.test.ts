import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenedPage } from '../../../../test/kit/browser.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestApp } from '../../../../test/kit/test-app.js';
import { type ResponseType, responseTypes } from '../../src/protocol/index.js';

const types = Object.keys(responseTypes) as ResponseType[];

const request = (type: ResponseType) => ({
  response_type: type,
  nonce: 'n',
  ...(responseTypes[type].code ? {} : { code_challenge: undefined, code_challenge_method: undefined }),
});

describe('a disabled client at the authorization endpoint (RFC 6749 §4.1.2.1, unauthorized_client)', () => {
  let grantor: TestServer;
  let app: TestApp;
  beforeAll(async () => {
    grantor = await startServer();
    app = await registerApp(grantor, {
      grant_types: ['authorization_code', 'refresh_token', 'implicit'],
      response_types: types,
    });
    // The user is signed in and has consented: an enabled client gets its response without a page.
    await app.authorize(request('code'));
  });
  afterAll(() => grantor.stop());

  const setEnabled = (enabled: boolean) => grantor.api('PATCH', `/clients/${app.id}`, { enabled });

  async function whileDisabled<T>(act: () => Promise<T>): Promise<T> {
    expect((await setEnabled(false)).status).toBe(200);
    try {
      return await act();
    } finally {
      await setEnabled(true);
    }
  }

  const expectRefusal = (page: OpenedPage) => {
    expect(page.left).toBeUndefined();
    expect(page.status).toBe(400);
    expect(page.html).toContain('disabled');
    expect(page.html).not.toMatch(/id="(?:sign-in|allow)"/);
  };

  it.each(types)('gets no response to "%s", with a page or silently, and no redirect', async (type) => {
    await whileDisabled(async () => {
      for (const prompt of [undefined, 'none', 'login']) {
        expectRefusal(await app.browser.open(app.authorizationUrl({ ...request(type), prompt })));
      }
    });
    const { left } = await app.browser.open(app.authorizationUrl(request(type)));
    expect(left?.href).toMatch(/[?&#](?:code|id_token|access_token)=/);
  });

  it.each(types)(
    'gets no code or token for "%s" if it is disabled while the consent page is open',
    async (type) => {
      const page = await app.browser.open(
        app.authorizationUrl({ ...request(type), prompt: 'consent', scope: 'openid files:read' }),
      );
      expect(page.html).toContain('id="allow"');
      await whileDisabled(async () => expectRefusal(await app.browser.submit(page, 'allow')));
    },
  );
});
