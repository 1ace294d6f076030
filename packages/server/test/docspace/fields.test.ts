import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../../../../test/kit/servers.js';
import { type Portal, startPortal } from './portal.js';
import { complete, type Document, make } from './portal-apps.js';
import { expectProblem } from './responses.js';

const svg = (text: string) => `data:image/svg+xml;base64,${Buffer.from(text).toString('base64')}`;

/** An invalid field, and its error code. */
const refused: readonly (readonly [field: string, code: string, what: string, value: unknown])[] = [
  ['name', 'EmptyFieldError', 'nothing', ''],
  ['name', 'ErrorName', '257 characters', 'x'.repeat(257)],
  ['description', 'ErrorPattern', '256 characters', 'x'.repeat(256)],
  ['logo', 'ErrorPattern', 'another kind of data', 'data:text/html;base64,AAAA'],
  ['logo', 'ErrorPattern', 'no data URI', 'https://app.example.com/logo.png'],
  [
    'logo',
    'ErrorPattern',
    'more than 256000 bytes',
    `data:image/png;base64,${Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(256_000)]).toString('base64')}`,
  ],
  ['website_url', 'ErrorWrongURL', 'no URL', 'not a url'],
  ['terms_url', 'ErrorWrongURL', 'no URL', 'not a url'],
  ['policy_url', 'ErrorWrongURL', 'no URL', 'not a url'],
  ['logout_redirect_uri', 'ErrorWrongURL', 'no URL', 'not a url'],
  ['redirect_uris', 'EmptyFieldError', 'none', []],
  ['redirect_uris.0', 'ErrorWrongURL', 'another scheme', ['ftp://app.example.com/callback']],
  ['redirect_uris.0', 'ErrorWrongURL', 'a fragment', ['https://app.example.com/callback#part']],
  [
    'allowed_origins',
    'ErrorWrongURL',
    '13',
    Array.from({ length: 13 }, (_, n) => `https://a${n}.example.com`),
  ],
  ['allowed_origins.0', 'ErrorWrongURL', 'another scheme', ['ftp://app.example.com']],
  ['scopes.0', 'ErrorInvalidScope', 'one that there is not', ['files:fly']],
  ['allow_pkce', 'ErrorPattern', 'no boolean', 'yes'],
];

const taken: readonly (readonly [field: string, what: string, value: unknown])[] = [
  ['name', '3 characters', 'abc'],
  ['name', '256 characters', 'x'.repeat(256)],
  ['description', '255 characters', 'x'.repeat(255)],
  ['website_url', 'a host with dots and no scheme', 'app.example.com'],
  ['website_url', 'an IPv4 address', 'http://192.0.2.1'],
  ['redirect_uris', '12', Array.from({ length: 12 }, (_, n) => `http://localhost:${3000 + n}/callback`)],
  ['allowed_origins', '12', Array.from({ length: 12 }, (_, n) => `http://localhost:${3000 + n}`)],
];

/*
 * The fields of the portal's documents, row by row. All that the portal takes is taken; of what it does not, one thing
 * is taken here: what it demands may be left out.
 */
describe.each(databases)('the fields of the portal’s documents on %s', (database) => {
  let portal: Portal;
  beforeAll(async () => {
    portal = await startPortal({ database, settings: { clientsPerDeveloper: 0 } });
  });
  afterAll(() => portal.stop());

  it.each(taken)('CreateClient and UpdateClient accept for %s %s', async (field, _, value) => {
    const { client_id: id } = await make(portal.developer, { [field]: value });
    expect((await portal.developer.api('PUT', `/clients/${id}`, { [field]: value })).status).toBe(200);
  });

  it.each([
    ['png', complete.logo],
    ['jpeg', 'data:image/jpeg;base64,/9j/4AAQSkZJRgABAQEAYABgAAD/2wBDAAE='],
    ['jpg', 'data:image/jpg;base64,/9j/4AAQSkZJRgABAQEAYABgAAD/2wBDAAE='],
    ['svg+xml', svg('<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h1v1z"/></svg>')],
  ])('a logo may be %s', async (_, logo) => {
    expect((await make(portal.developer, { logo })).logo).toMatch(/^data:image\//);
  });

  it.each(refused)(
    'CreateClient and UpdateClient refuse for %s with %s: %s',
    async (field, code, _, value) => {
      const [name = ''] = field.split('.');
      const before = await make(portal.developer);
      const path = `/clients/${before.client_id}`;
      for (const [response, instance] of [
        [await portal.developer.api('POST', '/clients', { ...complete, [name]: value }), '/clients'],
        [await portal.developer.api('PUT', path, { ...complete, [name]: value }), path],
        [await portal.developer.api('PATCH', path, { [name]: value }), path],
      ] as const) {
        const { errors } = await expectProblem(response, 400, 'Bad Request', instance);
        expect(errors).toEqual([{ field, code, message: expect.any(String) }]);
      }
      const after = (await (await portal.developer.api('GET', path)).json()) as Document;
      expect(after[name]).toEqual(before[name] ?? after[name]);
    },
  );

  it('is_public is accepted, and true for every app', async () => {
    expect(await make(portal.developer, { is_public: false })).toMatchObject({ is_public: true });
  });

  it('allow_pkce shows as the method none', async () => {
    const withIt = await make(portal.developer, { allow_pkce: true });
    expect(withIt.authentication_methods).toContain('none');
    expect(withIt.authentication_methods).toContain('client_secret_post');
    const without = await make(portal.developer, { allow_pkce: false });
    expect(without.authentication_methods).not.toContain('none');
  });

  it('Client has the times and users of its creation and last change', async () => {
    const { client_id: id, ...made } = await make(portal.developer);
    const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;
    expect(made).toMatchObject({
      created_on: expect.stringMatching(time),
      modified_on: expect.stringMatching(time),
      created_by: portal.developer.id,
      modified_by: portal.developer.id,
    });
    await portal.admin.api('PUT', `/clients/${id}`, { name: 'Changed' });
    expect(await (await portal.developer.api('GET', `/clients/${id}`)).json()).toMatchObject({
      created_by: portal.developer.id,
      modified_by: portal.admin.id,
    });
  });

  it('UpdateClient may have only the changes, or a whole response', async () => {
    const { client_id: id } = await make(portal.developer);
    const { name, logo, allowed_origins, description, allow_pkce, redirect_uris, scopes } = complete;
    const small = await portal.developer.api('PUT', `/clients/${id}`, { name, logo, allowed_origins });
    expect(small.status).toBe(200);
    const whole = { name, logo, allowed_origins, description, allow_pkce, redirect_uris, scopes };
    expect((await portal.developer.api('PUT', `/clients/${id}`, whole)).status).toBe(200);
    const shown = await (await portal.developer.api('GET', `/clients/${id}`)).json();
    expect((await portal.developer.api('PUT', `/clients/${id}`, shown)).status).toBe(200);
  });
});
