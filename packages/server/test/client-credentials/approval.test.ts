import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, type Call, refusedFieldCodes } from '../../../../test/kit/api-calls.js';
import { addCaller } from '../../../../test/kit/callers.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { appAt, base, type Shown } from '../scopes/approval-support.js';

const program = { name: 'Program', grant_types: ['client_credentials'] };
const both = { ...base, grant_types: ['authorization_code', 'client_credentials'] };

describe.each(databases)(
  'the scopes of an app that acts without a user on %s (RFC 6749 §4.4)',
  (database) => {
    let grantor: TestServer;
    let admin: Call;
    let developer: Call;
    beforeAll(async () => {
      grantor = await startServer({ database });
      admin = (await addCaller(grantor, { isAdmin: true })).call;
      developer = (await addCaller(grantor)).call;
    });
    afterAll(() => grantor.stop());

    const register = (call: Call, metadata: object) => bodyOf<Shown>(call('POST', '/clients', metadata), 201);
    const ask = (shown: Shown, scope: string) =>
      appAt(grantor, shown).post('/oauth2/token', { grant_type: 'client_credentials', scope });
    const scopeOf = async (response: Response) => ((await response.json()) as { scope?: string }).scope;

    it('need approval by an administrator, also those that users may allow without it', async () => {
      const made = await register(developer, { ...program, scopes: ['accounts:write'] });
      expect(made).toMatchObject({ scopes: [], pending_scopes: ['accounts:write'] });
      const refused = await ask(made, 'accounts:write');
      expect([refused.status, await refused.json()]).toMatchObject([400, { error: 'invalid_scope' }]);
      await bodyOf(admin('POST', `/clients/${made.client_id}/scopes/approve`));
      expect(await scopeOf(await ask(made, 'accounts:write'))).toBe('accounts:write');
    });

    it('need approval if the app has users too, except those about the users', async () => {
      const made = await register(developer, { ...both, scopes: ['openid', 'files:read'] });
      expect(made).toMatchObject({ scopes: ['openid'], pending_scopes: ['files:read'] });
    });

    it('need approval if they are added later', async () => {
      const made = await register(developer, { ...both, scopes: ['openid'] });
      const path = `/clients/${made.client_id}`;
      const changed = await bodyOf(developer('PATCH', path, { scopes: ['openid', 'files:write'] }));
      expect(changed).toMatchObject({ scopes: ['openid'], pending_scopes: ['files:write'] });
    });

    it('are approved when an administrator registers the app', async () => {
      const made = await register(admin, { ...program, scopes: ['accounts:write'] });
      expect(made).toMatchObject({ scopes: ['accounts:write'], pending_scopes: [] });
    });

    it('are not gained by adding client_credentials to an app whose users allow them', async () => {
      const made = await register(developer, { ...base, scopes: ['openid', 'accounts:write'] });
      const path = `/clients/${made.client_id}`;
      const { grant_types } = both;
      expect(await refusedFieldCodes(developer('PATCH', path, { grant_types }))).toEqual({
        grant_types: 'ErrorPattern',
      });
      expect(
        await refusedFieldCodes(developer('PATCH', path, { grant_types, scopes: ['accounts:write'] })),
      ).toEqual({ grant_types: 'ErrorPattern' });
      expect((await ask(made, 'accounts:write')).status).toBe(400);
      const scopes = ['openid', 'files:read'];
      expect(await bodyOf(admin('PATCH', path, { grant_types, scopes }))).toMatchObject({ scopes });
      expect(await scopeOf(await ask(made, 'files:read'))).toBe('files:read');
    });

    it('are not gained by removing client_credentials, adding scopes and adding it again', async () => {
      const made = await register(developer, { ...both, scopes: ['openid'] });
      const path = `/clients/${made.client_id}`;
      const scopes = ['openid', 'accounts:write'];
      await bodyOf(developer('PATCH', path, { grant_types: ['authorization_code'], scopes }));
      const again = developer('PATCH', path, { grant_types: both.grant_types });
      expect(await refusedFieldCodes(again)).toEqual({ grant_types: 'ErrorPattern' });
    });

    it('are none if it names none', async () => {
      const made = await register(developer, program);
      expect(made).toMatchObject({ scopes: [], pending_scopes: [] });
      expect((await ask(made, 'files:read')).status).toBe(400);
    });

    it('stay with an app that had them before they needed approval', async () => {
      const made = await register(admin, { ...program, scopes: ['files:read'] });
      const path = `/clients/${made.client_id}`;
      await bodyOf(admin('PATCH', path, { name: 'Renamed' }));
      expect(await scopeOf(await ask(made, 'files:read'))).toBe('files:read');
    });
  },
);
