import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, refusedFieldCodes } from '../../../../test/kit/api-calls.js';
import { addCaller } from '../../../../test/kit/callers.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { refusalOf, registerApp } from '../../../../test/kit/test-app.js';
import { billing, billingGroup, defineBilling } from './billing.js';

describe.each(databases)('the catalogue of scopes on %s', (database) => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({ database });
  });
  afterAll(() => grantor.stop());

  describe('for its operator', () => {
    it('accepts a new scope, which apps can register and request at once', async () => {
      await defineBilling(grantor.api);
      const metadata = await fetch(`${grantor.issuer}/.well-known/oauth-authorization-server`);
      expect(((await metadata.json()) as { scopes_supported: string[] }).scopes_supported).toContain(
        billing.name,
      );
      const app = await registerApp(grantor, { scopes: [billing.name] });
      expect((await app.tokens({ scope: billing.name })).scope).toBe(billing.name);
      await bodyOf(grantor.api('DELETE', '/scopes/billing:write'));
      await bodyOf(grantor.api('DELETE', '/scopes/billing:read'));
      await bodyOf(grantor.api('DELETE', '/scope-groups/billing'));
    });

    it('shows a scope as it is defined, in camelCase or snake_case as it was sent, with a tag', async () => {
      await bodyOf(grantor.api('PUT', '/scope-groups/shown', billingGroup));
      const sent = {
        ...billing,
        name: 'shown:read',
        group: 'shown',
        needsApproval: true,
        optional: true,
        consentSeconds: 3600,
        resource: 'https://api.example.com/v1',
      };
      const made = await grantor.api('POST', '/scopes', sent);
      const shown = await grantor.api('GET', '/scopes/shown:read');
      expect(await shown.json()).toEqual({
        name: 'shown:read',
        group: 'shown',
        type: 'read',
        texts: billing.texts,
        resource: 'https://api.example.com/v1',
        needs_approval: true,
        optional: true,
        consent_seconds: 3600,
        built_in: false,
      });
      expect(shown.headers.get('etag')).toBe(made.headers.get('etag'));
    });

    it('changes the fields of PATCH, and with PUT all fields', async () => {
      await bodyOf(
        grantor.api('POST', '/scopes', { ...billing, name: 'changed', group: 'files', needs_approval: true }),
        201,
      );
      const texts = { en: { title: 'Read' } };
      expect(await bodyOf(grantor.api('PATCH', '/scopes/changed', { texts }))).toMatchObject({
        texts,
        needs_approval: true,
      });
      const replaced = { name: 'changed', group: 'rooms', type: 'write', texts };
      expect(await bodyOf(grantor.api('PUT', '/scopes/changed', replaced))).toEqual({
        ...replaced,
        resource: null,
        needs_approval: false,
        optional: false,
        consent_seconds: 0,
        built_in: false,
      });
    });

    it('is not changed by a caller who read an earlier version (RFC 9110 §13.1.1)', async () => {
      await bodyOf(grantor.api('POST', '/scopes', { ...billing, name: 'raced', group: 'files' }), 201);
      const etag = (await grantor.api('GET', '/scopes/raced')).headers.get('etag') ?? '';
      const change = (resource: string) =>
        grantor.api('PATCH', '/scopes/raced', { resource }, { 'if-match': etag });
      const responses = await Promise.all([change('https://one.example'), change('https://other.example')]);
      expect(responses.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412]);
      expect((await grantor.api('DELETE', '/scopes/raced', undefined, { 'if-match': etag })).status).toBe(
        412,
      );
      expect((await grantor.api('DELETE', '/scopes/raced')).status).toBe(200);
      expect((await grantor.api('DELETE', '/scopes/raced')).status).toBe(404);
    });

    it.each(['openid', 'offline_access', 'grantor.clients:write'])('keeps %s unchanged', async (name) => {
      const texts = { en: { title: 'Something harmless' } };
      const whole = { group: 'files', type: 'read', texts };
      expect((await grantor.api('PATCH', `/scopes/${name}`, { texts })).status).toBe(409);
      expect((await grantor.api('PUT', `/scopes/${name}`, whole)).status).toBe(409);
      expect((await grantor.api('DELETE', `/scopes/${name}`)).status).toBe(409);
      expect([400, 409]).toContain((await grantor.api('POST', '/scopes', { ...whole, name })).status);
      expect(await bodyOf(grantor.api('GET', `/scopes/${name}`))).toMatchObject({ name, built_in: true });
    });

    it.each([
      ['no name', { name: undefined }, 'name', 'EmptyFieldError'],
      ['a name with a space', { name: 'a b' }, 'name', 'ErrorName'],
      ['a name with a quote', { name: 'a"b' }, 'name', 'ErrorName'],
      ['a null byte', { name: 'a\0b' }, 'name', 'ErrorName'],
      ['half a character', { name: 'a\ud800' }, 'name', 'ErrorName'],
      ['a long name', { name: 'a'.repeat(129) }, 'name', 'ErrorName'],
      ['a name of the management API', { name: 'grantor.clients:all' }, 'name', 'ErrorName'],
      ['one that looks like it', { name: 'Grantor.clients:all' }, 'name', 'ErrorName'],
      ['a name of a consented claim', { name: 'claim:birthdate' }, 'name', 'ErrorName'],
      ['a name of a consented resource', { name: 'resource:https://api.example' }, 'name', 'ErrorName'],
      ['a group that is not there', { group: 'nowhere' }, 'group', 'ErrorPattern'],
      ['the group of OpenID Connect', { group: 'openid' }, 'group', 'ErrorPattern'],
      ['another type', { type: 'openid' }, 'type', 'ErrorPattern'],
      ['no English text', { texts: { de: { title: 'Lesen' } } }, 'texts', 'EmptyFieldError'],
      ['a text without a title', { texts: { en: {} } }, 'texts.en.title', 'EmptyFieldError'],
      [
        'a text with a control character',
        { texts: { en: { title: 'a\u0000' } } },
        'texts.en.title',
        'ErrorPattern',
      ],
      [
        'a title of 257 characters',
        { texts: { en: { title: 'a'.repeat(257) } } },
        'texts.en.title',
        'ErrorPattern',
      ],
      [
        'a language that is none',
        { texts: { ...billing.texts, '<b>': { title: 'x' } } },
        'texts.<b>',
        'ErrorPattern',
      ],
      ['a resource with a fragment', { resource: 'https://api.example/#a' }, 'resource', 'ErrorPattern'],
      ['a resource that is a number', { resource: 7 }, 'resource', 'ErrorPattern'],
      ['a field that is none', { colour: 'red' }, 'colour', 'ErrorPattern'],
    ])('refuses a scope with %s (RFC 6749 §3.3)', async (_, wrong, field, code) => {
      const response = grantor.api('POST', '/scopes', {
        ...billing,
        name: 'wrong',
        group: 'files',
        ...wrong,
      });
      expect(await refusedFieldCodes(response)).toEqual({ [field]: code });
    });

    it('refuses a second scope with the same name', async () => {
      const twice = { ...billing, name: 'twice', group: 'files' };
      const responses = await Promise.all([
        grantor.api('POST', '/scopes', twice),
        grantor.api('POST', '/scopes', twice),
      ]);
      expect(responses.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409]);
    });

    it.each(['__proto__', 'constructor', 'a/b', '%', '~!*()'])(
      'accepts every name that RFC 6749 §3.3 allows: %s',
      async (name) => {
        await bodyOf(grantor.api('POST', '/scopes', { ...billing, name, group: 'files' }), 201);
        const path = `/scopes/${encodeURIComponent(name)}`;
        expect(await bodyOf(grantor.api('GET', path))).toMatchObject({ name });
        const app = await registerApp(grantor, { scopes: [name] });
        expect((await app.tokens({ scope: name })).scope).toBe(name);
        expect(await bodyOf(grantor.api('DELETE', path))).toEqual({ registered_clients: 1 });
      },
    );

    it.each(['nothing', 'a%00b', '%ud800', 'x'.repeat(200), 'hasOwnProperty'])(
      'has no scope %s',
      async (name) => {
        expect((await grantor.api('GET', `/scopes/${name}`)).status).toBe(404);
        expect((await grantor.api('DELETE', `/scopes/${name}`)).status).toBe(404);
      },
    );

    it('keeps a group while it has scopes, and reserves the names of Grantor', async () => {
      expect((await grantor.api('DELETE', '/scope-groups/files')).status).toBe(409);
      expect((await grantor.api('DELETE', '/scope-groups/none')).status).toBe(404);
      expect(await bodyOf(grantor.api('PUT', '/scope-groups/empty', billingGroup))).toEqual({
        name: 'empty',
        ...billingGroup,
        write_implies_read: true,
      });
      expect(await bodyOf<object[]>(grantor.api('GET', '/scope-groups'))).toContainEqual(
        expect.objectContaining({ name: 'empty' }),
      );
      const etag = (await grantor.api('GET', '/scope-groups/empty')).headers.get('etag') ?? '';
      const changed = { ...billingGroup, write_implies_read: false };
      await bodyOf(grantor.api('PUT', '/scope-groups/empty', changed, { 'if-match': etag }));
      expect((await grantor.api('PUT', '/scope-groups/empty', changed, { 'if-match': etag })).status).toBe(
        412,
      );
      await bodyOf(grantor.api('DELETE', '/scope-groups/empty'));
      for (const name of ['openid', 'grantor.clients', 'OpenID']) {
        expect((await grantor.api('PUT', `/scope-groups/${name}`, billingGroup)).status).toBe(409);
        expect((await grantor.api('DELETE', `/scope-groups/${name}`)).status).toBe(409);
      }
    });

    it('can be changed by administrators with the scope for it', async () => {
      const developer = await addCaller(grantor);
      const reader = await addCaller(grantor, { isAdmin: true, scopes: ['grantor.scopes:read'] });
      for (const { call } of [developer, reader]) {
        expect((await call('POST', '/scopes', billing)).status).toBe(403);
        expect((await call('PATCH', '/scopes/files:read', { type: 'write' })).status).toBe(403);
        expect((await call('DELETE', '/scopes/files:read')).status).toBe(403);
        expect((await call('PUT', '/scope-groups/files', billingGroup)).status).toBe(403);
        expect((await call('DELETE', '/scope-groups/files')).status).toBe(403);
      }
      expect((await developer.call('GET', '/scopes/files:read')).status).toBe(403);
      expect((await developer.call('GET', '/scope-groups')).status).toBe(403);
    });

    it('writes an event for every change, and none for a refusal', async () => {
      const { id, call } = await addCaller(grantor, { isAdmin: true });
      await bodyOf(call('PUT', '/scope-groups/trail', billingGroup));
      await bodyOf(call('PUT', '/scope-groups/trail', { ...billingGroup, write_implies_read: false }));
      await bodyOf(call('POST', '/scopes', { ...billing, name: 'trail', group: 'trail' }), 201);
      await bodyOf(call('PATCH', '/scopes/trail', { needs_approval: true }));
      await call('PATCH', '/scopes/trail', { group: 'nowhere' });
      await bodyOf(call('DELETE', '/scopes/trail'));
      await bodyOf(call('DELETE', '/scope-groups/trail'));
      const events = (
        await bodyOf<{ data: Record<string, unknown>[] }>(grantor.api('GET', `/audit?actor_id=${id}`))
      ).data;
      expect(events.map(({ type }) => String(type)).toSorted()).toEqual([
        'scope.created',
        'scope.deleted',
        'scope.updated',
        'scope_group.created',
        'scope_group.deleted',
        'scope_group.updated',
      ]);
      expect(events.find(({ type }) => type === 'scope.updated')).toMatchObject({
        target: { type: 'scope', id: 'trail' },
        before: { needs_approval: false },
        after: { needs_approval: true },
      });
    });
  });

  describe('after a scope was deleted', () => {
    it('refuses it in requests, codes and refreshes (RFC 6749 §6), and apps that have it can still be changed', async () => {
      await bodyOf(grantor.api('POST', '/scopes', { ...billing, name: 'doomed', group: 'files' }), 201);
      const app = await registerApp(grantor, { scopes: ['doomed', 'openid', 'rooms:read'] });
      const other = await registerApp(grantor, { scopes: ['doomed'] });
      const tokens = await app.tokens({ scope: 'openid rooms:read doomed' });
      const { refresh_token: lost } = await other.tokens({ scope: 'doomed' });
      const code = await other.code({ scope: 'doomed' });
      expect(await bodyOf(grantor.api('DELETE', '/scopes/doomed'))).toEqual({ registered_clients: 2 });

      const refreshed = await app.refresh(tokens.refresh_token);
      expect(((await refreshed.json()) as { scope: string }).scope).toBe('openid rooms:read');
      expect(await refusalOf(await other.refresh(lost))).toEqual({ status: 400, error: 'invalid_scope' });
      expect(await refusalOf(await other.exchange(code))).toEqual({ status: 400, error: 'invalid_scope' });
      const asked = await app.authorize({ scope: 'doomed' });
      expect(asked.searchParams.get('error')).toBe('invalid_scope');

      const shown = await bodyOf(grantor.api('GET', `/clients/${app.id}`));
      expect(
        await bodyOf(grantor.api('PUT', `/clients/${app.id}`, { ...shown, name: 'Renamed' })),
      ).toMatchObject({
        name: 'Renamed',
        scopes: ['doomed', 'openid', 'rooms:read'],
      });
      expect(
        await refusedFieldCodes(grantor.api('PATCH', `/clients/${app.id}`, { scopes: ['openid', 'never'] })),
      ).toEqual({ 'scopes.1': 'ErrorInvalidScope' });
    });
  });
});
