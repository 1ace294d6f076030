import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addPortalUser } from '../packages/server/test/docspace/portal.js';
import { connect, HttpBrowser } from '../test/kit/browser.js';
import { INSTALLING, pythonEnvironment } from '../test/kit/python.js';
import { startServer, type TestServer } from '../test/kit/servers.js';
import { redirectUri } from './apps.js';
import { converse, type Steps } from './conversation.js';

const here = (name: string) => fileURLToPath(new URL(`python/${name}`, import.meta.url));

/** It has a class for everything in the portal, and needs seconds to load. */
const PATIENCE = 100_000;

/** What the app has that is made, in its info and in all else that is shown of it. */
const desk = {
  name: 'Desk',
  description: 'Keeps a desk tidy',
  client_id: expect.any(String),
  logo: expect.stringMatching(/^data:image\/png;base64,/),
  scopes: ['files:read', 'accounts.self:read', 'openid'],
  website_url: 'https://app.example.com',
  terms_url: 'https://app.example.com/terms',
  policy_url: 'https://app.example.com/privacy',
  authentication_methods: ['client_secret_post', 'client_secret_basic', 'none'],
  is_public: true,
};
const settings = {
  tenant: 1,
  enabled: true,
  redirect_uris: [redirectUri],
  allowed_origins: ['https://app.example.com'],
  logout_redirect_uris: ['https://app.example.com/bye'],
};

/** One talk with a program that does it all, since every start of it is slow. */
describe('docspace_api_sdk, the portal’s own SDK, with the address and API keys', () => {
  let grantor: TestServer;
  let developerId: string;
  let steps: Steps;
  beforeAll(async () => {
    const python = await pythonEnvironment(here('requirements.txt'));
    grantor = await startServer();
    const developer = await addPortalUser(grantor, 'developer');
    const user = await addPortalUser(grantor, 'user');
    const administrator = await addPortalUser(grantor, 'administrator', { isAdmin: true });
    developerId = developer.id;
    steps = await converse(
      python,
      [here('docspace_app.py')],
      {
        host: grantor.issuer,
        developer_key: developer.key,
        user_key: user.key,
        administrator_key: administrator.key,
        redirect_uri: redirectUri,
      },
      (url) => connect(new HttpBrowser(), url, user.user),
      PATIENCE,
    );
  }, INSTALLING);
  afterAll(() => grantor.stop());

  it('gets an x-signature for a key, and the user behind it', () => {
    expect(steps.profile).toEqual({
      email: 'developer@portal.example.com',
      id: developerId,
      status: 'Active',
    });
  });

  it('creates an app with its model, and gets the secret only in that response', () => {
    expect(steps.made).toEqual({ ...desk, ...settings, client_secret: expect.any(String) });
    expect(steps.who).toEqual({ created_by: developerId, modified_by: developerId });
    expect(steps.shown).toEqual({ ...desk, ...settings });
  });

  it('lists apps page by page with the cursor as it sends it, without a secret', () => {
    expect(new Set(steps.listed as unknown[])).toEqual(
      new Set([
        ['Shelf', null],
        ['Desk', null],
      ]),
    );
    expect((steps.infos as string[]).toSorted()).toEqual(['Desk', 'Shelf']);
  });

  it('reads the public information about an app, as everybody may, without its owner', () => {
    expect(steps.info).toEqual({ ...desk, public: true });
    expect(steps.public_info).toEqual({ ...desk, public: true, created_by: null });
  });

  it('reads the catalogue of scopes', () => {
    const both = (prefix: string, group: string) =>
      ['read', 'write'].map((type) => ({ name: `${prefix}:${type}`, group, type }));
    expect(steps.scopes).toEqual(
      expect.arrayContaining([
        ...both('accounts', 'accounts'),
        ...both('accounts.self', 'profiles'),
        ...both('files', 'files'),
        ...both('rooms', 'rooms'),
        { name: 'openid', group: 'openid', type: 'openid' },
      ]),
    );
  });

  it('changes, stops and starts an app, and rotates its secret', () => {
    expect(steps.changed).toEqual({
      ...desk,
      ...settings,
      name: 'Bureau',
      allowed_origins: ['https://other.example.com'],
      authentication_methods: ['client_secret_post', 'client_secret_basic'],
    });
    expect(steps.stopped).toEqual({ enabled: false });
    expect(steps.started).toEqual({ enabled: true });
    expect(steps.another_secret).toBe(true);
  });

  it('exchanges a code with the newest secret only, and reads the user of the token', () => {
    expect(steps.with_the_secret_before).toEqual({ type: 'UnauthorizedException', status: 401 });
    expect(steps.token).toEqual({ type: 'Bearer', refreshable: true });
    expect(steps.self_of_token).toBe('user');
  });

  it('lists what a user allowed, and revokes it at once', () => {
    const { client_id } = steps.made as { client_id: string };
    expect(steps.consent).toEqual({
      scopes: 'accounts.self:read files:read openid',
      app: 'Bureau',
      registered_client_id: client_id,
      older: [],
    });
    expect(steps.self_after_revocation).toMatchObject({ status: 401 });
    expect(steps.consents_after_revocation).toEqual([]);
  });

  it('is refused in its own types', () => {
    const missing = { type: 'NotFoundException', status: 404, detail: 'There is no app with this ID' };
    const denied = {
      type: 'ForbiddenException',
      status: 403,
      detail: expect.stringMatching(/^Access denied/),
    };
    expect(steps.refused).toEqual({
      'a scope that there is not': {
        type: 'BadRequestException',
        status: 400,
        detail: 'Validation failed',
        fields: ['scopes.0'],
      },
      'the app of another': { ...missing, fields: [] },
      'deleting the app of another': { ...missing, fields: [] },
      'deleting everybody’s': { ...denied, fields: [] },
      'a forged signature': { ...denied, fields: [] },
    });
  });

  it('deletes one app, its own, and those of all developers', () => {
    expect(steps.ends).toEqual({
      one: expect.objectContaining({ status: 404 }),
      ones_own: ['Of the user'],
      everybodys: [],
    });
  });
});
