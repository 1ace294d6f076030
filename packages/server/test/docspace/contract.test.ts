import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../../../../test/kit/grantor.js';
import { registerApp, TestApp } from '../../../../test/kit/test-app.js';
import {
  addCaller,
  type Caller,
  call,
  expectProblem,
  type Portal,
  signatureFor,
  startPortal,
} from './portal.js';

type Document = Readonly<Record<string, unknown>> & {
  readonly client_id: string;
  readonly client_secret?: string;
};

const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** What a program written for the portal sends, with all nine fields that it must send there. */
const complete = {
  name: 'My app',
  description: 'Does things',
  logo: PIXEL,
  website_url: 'https://app.example.com',
  terms_url: 'https://app.example.com/terms',
  policy_url: 'https://app.example.com/privacy',
  logout_redirect_uri: 'https://app.example.com/bye',
  redirect_uris: ['http://localhost:3000/callback', 'claude://callback'],
  allowed_origins: ['http://localhost:3000', 'claude://app'],
  scopes: ['files:read', 'rooms:write'],
  allow_pkce: true,
  is_public: false,
};

const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/;
const unknown = '00000000-0000-4000-8000-000000000000';

/*
 * The tables of the portal's contract, row by row. Where the server is better on purpose, the row says so: the
 * secret is shown once and never again, PUT answers with the app, and what the portal makes a 500 is a 400 here.
 */
describe.each(databases)('the contract of the portal on %s', (database) => {
  let portal: Portal;
  let admin: Caller;
  let developer: Caller;
  let stranger: Caller;
  beforeAll(async () => {
    portal = await startPortal(database);
    ({ admin, developer, stranger } = portal);
  });
  afterAll(() => portal.grantor.stop());

  const make = async (caller: Caller, fields: Record<string, unknown> = {}): Promise<Document> => {
    const answer = await caller.api('POST', '/clients', { ...complete, ...fields });
    expect(answer.status).toBe(201);
    return (await answer.json()) as Document;
  };
  const isEmpty = async (answer: Response) => {
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('');
  };

  describe('where the first documents and the portal disagree, both are served', () => {
    it('row 1: a Bearer API key and an x-signature do the same', async () => {
      const { client_id: id } = await make(developer);
      const byKey = await call(portal.grantor, 'GET', `/clients/${id}`, {
        authorization: `Bearer ${developer.key}`,
      });
      const bySignature = await developer.api('GET', `/clients/${id}`);
      expect(await byKey.json()).toEqual(await bySignature.json());
      expect((await call(portal.grantor, 'GET', `/clients/${id}`, {})).status).toBe(401);
      expect((await call(portal.grantor, 'GET', `/clients/${id}`, { 'x-signature': 'a.b.c' })).status).toBe(
        403,
      );
    });

    it('row 2: redirectUris and grantTypes as well as redirect_uris, and grant_types may be left out', async () => {
      const camel = await developer.api('POST', '/clients', {
        name: 'Camel',
        redirectUris: ['https://app.example.com/cb'],
        grantTypes: ['authorization_code'],
      });
      expect(await camel.json()).toMatchObject({
        redirect_uris: ['https://app.example.com/cb'],
        grant_types: ['authorization_code'],
      });
      const snake = await make(developer);
      expect(snake.redirect_uris).toEqual(complete.redirect_uris);
    });

    it('row 3: a name and redirect URIs are enough, and so are all nine fields', async () => {
      const small = await developer.api('POST', '/clients', {
        name: 'S',
        redirectUris: ['https://s.example.com/'],
      });
      expect(small.status).toBe(201);
      const answer = await developer.api('POST', '/clients', {});
      const { errors } = await expectProblem(answer, 400, 'Bad Request', '/clients');
      expect(errors).toContainEqual(expect.objectContaining({ field: 'name', code: 'EmptyFieldError' }));
    });

    it('row 4: client_id in a bare object, and id beside it', async () => {
      const made = await make(developer);
      expect(made.client_id).toMatch(uuid);
      expect(made.id).toBe(made.client_id);
      expect(made).not.toHaveProperty('response');
    });

    it('row 5: PUT takes a part, and its answer is the app', async () => {
      const { client_id: id } = await make(developer);
      const answer = await developer.api('PUT', `/clients/${id}`, {
        redirectUris: ['https://new.example.com/cb'],
      });
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({
        name: complete.name,
        allow_pkce: true,
        redirect_uris: ['https://new.example.com/cb'],
      });
    });

    it('row 6: an exchange with neither secret nor verifier is a 401', async () => {
      const app = await registerApp(portal.grantor, { scopes: ['files:read'] });
      const code = await app.code({
        scope: 'files:read',
        code_challenge: undefined,
        code_challenge_method: undefined,
      });
      const answer = await app.exchange(code, { client_secret: undefined, code_verifier: undefined });
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ error: 'invalid_client' });
    });
  });

  describe.each(['/clients', '/oauth2/clients'])('endpoints below %s', (base) => {
    it('POST: 201 with the app and its secret; errors name each field and its kind', async () => {
      const answer = await developer.api('POST', base, complete);
      expect(answer.status).toBe(201);
      const made = (await answer.json()) as Document;
      expect(made).toMatchObject({
        name: 'My app',
        client_id: expect.stringMatching(uuid),
        client_secret: expect.stringMatching(/^[\w-]{43}$/),
        description: 'Does things',
        website_url: 'https://app.example.com',
        terms_url: 'https://app.example.com/terms',
        policy_url: 'https://app.example.com/privacy',
        logo: PIXEL,
        tenant: 1,
        redirect_uris: complete.redirect_uris,
        allowed_origins: complete.allowed_origins,
        logout_redirect_uris: ['https://app.example.com/bye'],
        scopes: complete.scopes,
        created_by: developer.accountId,
        modified_by: developer.accountId,
        is_public: true,
        enabled: true,
      });
      expect(made.authentication_methods).toEqual(expect.arrayContaining(['client_secret_post', 'none']));

      const refused = await developer.api('POST', base, {
        ...complete,
        name: 'x'.repeat(257),
        website_url: 'not a url',
        scopes: ['files:fly'],
        redirect_uris: [],
        logo: 'data:text/html;base64,AAAA',
      });
      const { errors } = await expectProblem(refused, 400, 'Bad Request', base);
      const codes = Object.fromEntries(errors.map(({ field, code }) => [field.split('.')[0], code]));
      expect(codes).toMatchObject({ name: 'ErrorName', website_url: 'ErrorWrongURL', logo: 'ErrorPattern' });

      const scope = await developer.api('POST', base, { ...complete, scopes: ['files:fly'] });
      expect((await expectProblem(scope, 400, 'Bad Request', base)).errors).toEqual([
        expect.objectContaining({ field: 'scopes.0', code: 'ErrorInvalidScope' }),
      ]);
      await expectProblem(await developer.api('POST', base, '{"name":'), 400, 'Bad Request', base);
    });

    it('GET: pages by last_client_id and last_created_on, newest first, without a secret in sight', async () => {
      const someone = await addCaller(portal.grantor, `pager-${base.length}`, false);
      const ids: string[] = [];
      for (let count = 0; count < 3; count += 1) ids.unshift((await make(someone)).client_id);
      const seen: string[] = [];
      let query = '?limit=2';
      for (let page = 0; page < 2; page += 1) {
        const answer = await someone.api('GET', `${base}${query}`);
        expect(answer.status).toBe(200);
        const text = await answer.text();
        expect(text).not.toContain('client_secret"');
        const { data, limit, last_client_id, last_created_on } = JSON.parse(text) as {
          data: Document[];
          limit: number;
          last_client_id: string | null;
          last_created_on: string | null;
        };
        expect(limit).toBe(2);
        seen.push(...data.map((client) => client.client_id));
        if (page === 1) expect([last_client_id, last_created_on]).toEqual([null, null]);
        query = `?limit=2&last_client_id=${last_client_id}&last_created_on=${last_created_on}`;
      }
      expect(seen.toSorted()).toEqual(ids.toSorted());
      for (const limit of ['0', '51', 'x']) {
        await expectProblem(await someone.api('GET', `${base}?limit=${limit}`), 400, 'Bad Request', base);
      }
      expect(((await (await someone.api('GET', base)).json()) as { limit: number }).limit).toBe(30);
    });

    it('GET /{id}: the app to its developer and to administrators, 404 to anybody else', async () => {
      const { client_id: id } = await make(developer);
      for (const caller of [developer, admin]) {
        const answer = await caller.api('GET', `${base}/${id}`);
        expect(answer.status).toBe(200);
        const shown = (await answer.json()) as Document;
        expect(shown.client_id).toBe(id);
        expect(shown.client_secret).toBeUndefined();
      }
      await expectProblem(await stranger.api('GET', `${base}/${id}`), 404, 'Not Found', `${base}/${id}`);
      await expectProblem(
        await admin.api('GET', `${base}/${unknown}`),
        404,
        'Not Found',
        `${base}/${unknown}`,
      );
      await expectProblem(await admin.api('GET', `${base}/no-uuid`), 404, 'Not Found', `${base}/no-uuid`);
    });

    it('PUT /{id}: changes what it names; 404 for what is not the caller’s', async () => {
      const { client_id: id } = await make(developer);
      const answer = await developer.api('PUT', `${base}/${id}`, {
        ...complete,
        name: 'Renamed',
        allow_pkce: false,
      });
      expect(answer.status).toBe(200);
      const { modified_by: by } = (await answer.json()) as Document;
      expect(by).toBe(developer.accountId);
      expect(await (await admin.api('GET', `${base}/${id}`)).json()).toMatchObject({
        name: 'Renamed',
        allow_pkce: false,
      });
      await expectProblem(
        await stranger.api('PUT', `${base}/${id}`, { name: 'Mine' }),
        404,
        'Not Found',
        `${base}/${id}`,
      );
      await expectProblem(
        await developer.api('PUT', `${base}/${id}`, { name: '' }),
        400,
        'Bad Request',
        `${base}/${id}`,
      );
    });

    it('DELETE /{id}: 200 with nothing, then 404', async () => {
      const { client_id: id } = await make(developer);
      await expectProblem(await stranger.api('DELETE', `${base}/${id}`), 404, 'Not Found', `${base}/${id}`);
      await isEmpty(await developer.api('DELETE', `${base}/${id}`));
      await expectProblem(await developer.api('DELETE', `${base}/${id}`), 404, 'Not Found', `${base}/${id}`);
    });

    it('PATCH /{id}/regenerate: a new secret, and the old one is good for nothing', async () => {
      const made = await make(developer);
      const path = `${base}/${made.client_id}/regenerate`;
      await expectProblem(await stranger.api('PATCH', path), 404, 'Not Found', path);
      const answer = await developer.api('PATCH', path);
      expect(answer.status).toBe(200);
      const { client_secret: secret } = (await answer.json()) as Document;
      expect(secret).not.toBe(made.client_secret);
      const introspect = (client_secret = '') =>
        fetch(`${portal.grantor.issuer}/oauth2/introspect`, {
          method: 'POST',
          body: new URLSearchParams({ client_id: made.client_id, client_secret, token: 'x' }),
        });
      expect((await introspect(made.client_secret)).status).toBe(401);
      expect((await introspect(secret)).status).toBe(200);
    });

    it('PATCH /{id}/activation: stops and starts the app', async () => {
      const { client_id: id } = await make(developer);
      const path = `${base}/${id}/activation`;
      await isEmpty(await developer.api('PATCH', path, { status: false }));
      expect(await (await developer.api('GET', `${base}/${id}`)).json()).toMatchObject({ enabled: false });
      await isEmpty(await developer.api('PATCH', path, { status: true }));
      expect(await (await developer.api('GET', `${base}/${id}`)).json()).toMatchObject({ enabled: true });
      await expectProblem(await developer.api('PATCH', path, { status: 'yes' }), 400, 'Bad Request', path);
      await expectProblem(await stranger.api('PATCH', path, { status: false }), 404, 'Not Found', path);
    });

    it('DELETE /{id}/revoke: ends what the caller gave the app, whoever they are', async () => {
      const made = await make(developer, { redirect_uris: ['https://app.example.com/callback'] });
      const app = new TestApp(
        portal.grantor.issuer,
        made.client_id,
        made.client_secret,
        'https://app.example.com/callback',
        { ...stranger, name: 'stranger' },
      );
      const tokens = await app.tokens({ scope: 'files:read' });
      const introspect = async () =>
        (await (await app.post('/oauth2/introspect', { token: tokens.access_token })).json()) as {
          active: boolean;
        };
      expect((await introspect()).active).toBe(true);
      await isEmpty(await stranger.api('DELETE', `${base}/${made.client_id}/revoke`));
      expect((await introspect()).active).toBe(false);
      expect((await app.refresh(tokens.refresh_token)).status).toBe(400);
      expect((await stranger.api('DELETE', `${base}/${made.client_id}/revoke`)).status).toBe(404);
    });

    it('DELETE: all that the caller made, and nothing of anybody else’s', async () => {
      const leaver = await addCaller(portal.grantor, `leaver-${base.length}`, false);
      const gone = [await make(leaver), await make(leaver)];
      const stays = await make(developer);
      expect((await leaver.api('DELETE', base)).status).toBe(200);
      for (const { client_id: id } of gone)
        expect((await admin.api('GET', `${base}/${id}`)).status).toBe(404);
      expect((await admin.api('GET', `${base}/${stays.client_id}`)).status).toBe(200);
    });

    it('GET /{id}/info and GET /info: what may be known of apps without their settings; limit must be there', async () => {
      const knower = await addCaller(portal.grantor, `knower-${base.length}`, false);
      const { client_id: id } = await make(knower);
      const answer = await knower.api('GET', `${base}/${id}/info`);
      expect(answer.status).toBe(200);
      const info = (await answer.json()) as Document;
      expect(info).toMatchObject({ client_id: id, name: 'My app', is_public: true, public: true });
      for (const hidden of [
        'client_secret',
        'tenant',
        'redirect_uris',
        'allowed_origins',
        'logout_redirect_uris',
        'enabled',
      ]) {
        expect(info).not.toHaveProperty(hidden);
      }
      await expectProblem(
        await stranger.api('GET', `${base}/${id}/info`),
        404,
        'Not Found',
        `${base}/${id}/info`,
      );
      const page = await knower.api('GET', `${base}/info?limit=1`);
      expect(await page.json()).toMatchObject({ data: [info], limit: 1 });
      await expectProblem(await knower.api('GET', `${base}/info`), 400, 'Bad Request', `${base}/info`);
    });

    it('GET /{id}/public/info: to anybody, with no credential', async () => {
      const { client_id: id } = await make(developer);
      const answer = await call(portal.grantor, 'GET', `${base}/${id}/public/info`, {});
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ client_id: id, name: 'My app' });
      const path = `${base}/${unknown}/public/info`;
      await expectProblem(await call(portal.grantor, 'GET', path, {}), 404, 'Not Found', path);
    });
  });

  it.each(['/consents', '/oauth2/consents'])(
    'GET %s: what the caller allowed, newest first',
    async (path) => {
      const person = await addCaller(portal.grantor, `consenter-${path.length}`, false);
      const made = await make(developer, { redirect_uris: ['https://app.example.com/callback'] });
      const app = new TestApp(
        portal.grantor.issuer,
        made.client_id,
        made.client_secret,
        'https://app.example.com/callback',
        { ...person, name: 'person' },
      );
      await app.tokens({ scope: 'files:read rooms:write' });
      const answer = await person.api('GET', `${path}?limit=10`);
      expect(answer.status).toBe(200);
      const page = (await answer.json()) as { data: { scopes: string; modified_at: string }[] };
      expect(page).toMatchObject({
        data: [
          {
            registered_client_id: made.client_id,
            scopes: expect.any(String),
            modified_at: expect.any(String),
            client: { client_id: made.client_id, name: 'My app' },
          },
        ],
        limit: 10,
        last_modified_on: null,
      });
      expect(page.data[0]?.scopes.split(' ').toSorted()).toEqual(['files:read', 'rooms:write']);
      await expectProblem(await person.api('GET', path), 400, 'Bad Request', path);
      expect((await call(portal.grantor, 'GET', `${path}?limit=10`, {})).status).toBe(401);
    },
  );

  it('DELETE /tenant: administrators alone, and everything goes', async () => {
    const other = await startPortal(database);
    try {
      const answer = await other.developer.api('POST', '/clients', complete);
      const { client_id: id } = (await answer.json()) as Document;
      await expectProblem(
        await other.developer.api('DELETE', '/clients/tenant'),
        403,
        'Forbidden',
        '/clients/tenant',
      );
      expect((await other.admin.api('GET', `/clients/${id}`)).status).toBe(200);
      expect((await other.admin.api('DELETE', '/clients/tenant')).status).toBe(200);
      expect((await other.admin.api('GET', `/clients/${id}`)).status).toBe(404);
    } finally {
      await other.grantor.stop();
    }
  });

  it('guests read scopes and their consents, and manage no apps', async () => {
    const other = await startPortal(database, { settings: { developers: 'administrators' } });
    try {
      const { developer: guest } = other;
      for (const [method, path] of [
        ['POST', '/clients'],
        ['GET', '/clients'],
        ['GET', `/clients/${unknown}`],
        ['PUT', `/clients/${unknown}`],
        ['DELETE', `/clients/${unknown}`],
        ['PATCH', `/clients/${unknown}/regenerate`],
        ['PATCH', `/clients/${unknown}/activation`],
        ['GET', `/clients/${unknown}/info`],
        ['GET', '/clients/info'],
        ['DELETE', '/clients'],
        ['DELETE', '/clients/tenant'],
      ] as const) {
        await expectProblem(await guest.api(method, path), 403, 'Forbidden', path);
      }
      expect((await guest.api('GET', '/scopes')).status).toBe(200);
      expect((await guest.api('GET', '/consents?limit=1')).status).toBe(200);
      expect((await guest.api('DELETE', `/clients/${unknown}/revoke`)).status).toBe(404);
    } finally {
      await other.grantor.stop();
    }
  });

  describe.each(['/scopes', '/oauth2/scopes'])('GET %s', (path) => {
    it.each([
      ['accounts:read', 'accounts', 'read'],
      ['accounts:write', 'accounts', 'write'],
      ['accounts.self:read', 'profiles', 'read'],
      ['accounts.self:write', 'profiles', 'write'],
      ['files:read', 'files', 'read'],
      ['files:write', 'files', 'write'],
      ['rooms:read', 'rooms', 'read'],
      ['rooms:write', 'rooms', 'write'],
      ['openid', 'openid', 'openid'],
    ])('%s is in group %s with type %s', async (name, group, type) => {
      const answer = await developer.api('GET', path);
      expect(answer.status).toBe(200);
      const scopes = (await answer.json()) as { name: string }[];
      expect(scopes.find((scope) => scope.name === name)).toMatchObject({ name, group, type });
    });

    it('is for whoever is known, with openid behind the others', async () => {
      expect((await call(portal.grantor, 'GET', path, {})).status).toBe(401);
      const scopes = (await (await developer.api('GET', path)).json()) as { name: string; group: string }[];
      const groups = scopes.map(({ group }) => group === 'openid');
      expect(groups).toEqual(groups.toSorted((a, b) => Number(a) - Number(b)));
    });
  });

  it('gives an x-signature in the envelope of the portal, good for five minutes, with claims that are strings', async () => {
    const answer = await call(portal.grantor, 'GET', '/security/oauth2/token', {
      authorization: `Bearer ${admin.key}`,
    });
    expect(await answer.json()).toMatchObject({
      response: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      count: 1,
      status: 0,
      statusCode: 200,
    });
    const signature = await signatureFor(portal.grantor, admin.key);
    const claims = JSON.parse(Buffer.from(signature.split('.')[1] ?? '', 'base64url').toString()) as {
      iat: number;
      exp: number;
    };
    expect(claims).toMatchObject({
      sub: admin.accountId,
      user_id: admin.accountId,
      user_name: expect.any(String),
      user_email: admin.username,
      tenant_id: expect.any(String),
      tenant_url: portal.grantor.issuer,
      is_admin: 'true',
      is_guest: 'false',
      is_public: expect.any(String),
      iss: portal.grantor.issuer,
      aud: portal.grantor.issuer,
    });
    expect(claims.exp - claims.iat).toBe(300);
    expect((await call(portal.grantor, 'GET', '/security/oauth2/token', {})).status).toBe(401);
  });
});
