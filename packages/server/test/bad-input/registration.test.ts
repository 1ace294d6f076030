import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../../../../test/kit/servers.js';
import { minimal, type Registered, registered, sendable } from '../registration/support.js';
import { type AttackedServer, startAttackedServer } from './support/attacked-server.js';
import { expectHarmless, expectOAuthError } from './support/refusals.js';
import { postForm, postJson, send } from './support/send.js';

const metadata = (members: string) => `{"redirect_uris":["https://app.example/cb"],${members}}`;

/** Members by the type of their value, each with JSON text of other types. */
const wrong: readonly (readonly [names: readonly string[], values: readonly string[]])[] = [
  [
    [
      'client_name',
      'scope',
      'token_endpoint_auth_method',
      'application_type',
      'subject_type',
      'client_uri',
      'logo_uri',
      'policy_uri',
      'tos_uri',
      'jwks_uri',
      'sector_identifier_uri',
      'initiate_login_uri',
      'backchannel_logout_uri',
      'frontchannel_logout_uri',
      'software_id',
      'software_version',
      'id_token_signed_response_alg',
      'id_token_encrypted_response_alg',
      'id_token_encrypted_response_enc',
      'userinfo_signed_response_alg',
      'userinfo_encrypted_response_alg',
      'userinfo_encrypted_response_enc',
      'request_object_signing_alg',
      'token_endpoint_auth_signing_alg',
      'introspection_signed_response_alg',
    ],
    ['1', 'true', '["x"]', '{"length":1}', '"a\\u0000b"', '"\\ud800"', `"${'a'.repeat(5000)}"`],
  ],
  [
    [
      'grant_types',
      'response_types',
      'contacts',
      'request_uris',
      'default_acr_values',
      'post_logout_redirect_uris',
    ],
    ['1', '"x"', '{"0":"x","length":1}', '[1]', '[null]', '[["x"]]', `["${'a'.repeat(5000)}"]`],
  ],
  [
    ['require_auth_time', 'backchannel_logout_session_required', 'frontchannel_logout_session_required'],
    ['1', '"true"', '[]', '{}'],
  ],
  [['default_max_age'], ['"1"', '-1', '1.5', '1e999', 'true', '[]', '99999999999999999999']],
  [['jwks'], ['1', '"{}"', '[]', '{}', '{"keys":{}}', '{"keys":[1]}', '{"keys":[[]]}', '{"keys":[null]}']],
];

describe.each(databases)('on %s', (database) => {
  let server: AttackedServer;
  let app: Registered;
  beforeAll(async () => {
    server = await startAttackedServer({
      database,
      settings: { registration: 'open', registrationsPerHour: 100_000 },
    });
    app = await registered(server);
  });
  afterAll(() => server.stop());

  const rows = wrong.flatMap(([names, values]) =>
    names.flatMap((name) => values.map((value) => [name, value.slice(0, 30), value] as const)),
  );

  it.each(rows)('registration refuses %s: %s', async (name, _shown, value) => {
    const reply = await postJson(server.issuer, '/oauth2/register', metadata(`"${name}":${value}`));
    expectOAuthError(reply, { error: 'invalid_client_metadata', names: `'${name}` });
  });

  it.each([
    '1',
    '"https://app.example/cb"',
    '{}',
    '[1]',
    '[null]',
    '[[]]',
    '["a\\u0000b"]',
    '["\\ud800"]',
    '[""]',
  ])('registration refuses redirect_uris: %s', async (value) => {
    const reply = await postJson(server.issuer, '/oauth2/register', `{"redirect_uris":${value}}`);
    expectOAuthError(reply, { error: 'invalid_redirect_uri', names: "'redirect_uris" });
  });

  it.each([
    ['an array', '[]'],
    ['a string', '"code"'],
    ['a number', '1'],
    ['null', 'null'],
    ['nothing but space', ' '],
    ['unfinished', '{"client_name":"a"'],
    ['a form', 'client_name=a'],
    ['two documents', '{}{}'],
    ['nested without end', '['.repeat(60_000)],
    ['nested without end inside', `{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
  ])('registration refuses a body that is %s', async (_what, body) => {
    const reply = await postJson(server.issuer, '/oauth2/register', body);
    expectHarmless(reply);
    expect(reply.status).toBe(400);
  });

  it('registration refuses a form, an empty body, and one of another type', async () => {
    const form = await postForm(server.issuer, '/oauth2/register', 'client_name=a');
    expectOAuthError(form, { error: 'invalid_client_metadata', names: 'application/json' });
    const empty = await send(server.issuer, '/oauth2/register', { method: 'POST' });
    expectOAuthError(empty, { error: 'invalid_client_metadata', names: 'application/json' });
  });

  it('registration refuses more than 64 KiB with 413', async () => {
    const body = JSON.stringify({ ...minimal, padding: 'x'.repeat(70_000) });
    expect((await postJson(server.issuer, '/oauth2/register', body)).status).toBe(413);
  });

  it.each(['', 'Bearer', 'Bearer a b', 'Bearer "x"', 'Bearer \u00e9', `Bearer ${'a'.repeat(8000)}`])(
    'both endpoints refuse the Authorization header %s',
    async (authorization) => {
      const requests = [
        postJson(server.issuer, '/oauth2/register', JSON.stringify(minimal), { authorization }),
        send(server.issuer, new URL(app.registration_client_uri).pathname, { headers: { authorization } }),
      ];
      for (const reply of await Promise.all(requests)) {
        expectHarmless(reply);
        // No header at all is how an open registration comes.
        expect(authorization === '' ? [201, 401] : [400, 401]).toContain(reply.status);
      }
    },
  );

  it.each(['%00', '%FF', '..%2f..', "';--", 'a'.repeat(4000), '%F0%9F%98%80'])(
    'there is no app at %s',
    async (id) => {
      const reply = await send(server.issuer, `/oauth2/register/${id}`, {
        headers: { authorization: `Bearer ${app.registration_access_token}` },
      });
      expectHarmless(reply);
      expect([400, 401, 404]).toContain(reply.status);
    },
  );

  const update = (body: string) =>
    send(server.issuer, new URL(app.registration_client_uri).pathname, {
      method: 'PUT',
      headers: {
        authorization: `Bearer ${app.registration_access_token}`,
        'content-type': 'application/json',
      },
      body,
    });

  it.each(['[]', '1', '{', '{"client_id":[]}', '{"client_id":{"toString":1}}', '{}'])(
    'an update refuses %s',
    async (body) => {
      const reply = await update(body);
      expectOAuthError(reply, { error: 'invalid_client_metadata', names: '' });
    },
  );

  it('an update refuses a member of the wrong type', async () => {
    const body = JSON.stringify({ ...sendable(app), default_max_age: '60' });
    const reply = await update(body);
    expectOAuthError(reply, { error: 'invalid_client_metadata', names: "'default_max_age'" });
  });
});
