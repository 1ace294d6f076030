import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/storage/open-store.js';
import type { Store } from '../../src/storage/ports/index.js';
import { accountsContract } from './accounts.contract.js';
import { apiKeysContract } from './api-keys.contract.js';
import { auditContract } from './audit.contract.js';
import { auditPlansContract } from './audit-plans.contract.js';
import { clientLogosContract } from './client-logos.contract.js';
import { clientSecretsContract } from './client-secrets.contract.js';
import { clientTokensContract } from './client-tokens.contract.js';
import { clientsContract } from './clients.contract.js';
import { consentPlansContract } from './consent-plans.contract.js';
import { consentsContract } from './consents.contract.js';
import { consentsByResourceContract } from './consents-by-resource.contract.js';
import { deploymentContract } from './deployment.contract.js';
import { directoryPlansContract } from './directory-plans.contract.js';
import { dynamicClientsContract } from './dynamic-clients.contract.js';
import { externalIdentitiesContract } from './external-identities.contract.js';
import { factorsContract } from './factors.contract.js';
import type { Backend } from './fixtures.js';
import { NOW } from './fixtures.js';
import { grantOriginsContract } from './grant-origins.contract.js';
import { grantsContract } from './grants.contract.js';
import { grantsEndWithSessionContract } from './grants-end-with-session.contract.js';
import { idempotentRequestsContract } from './idempotent-requests.contract.js';
import { importsContract } from './imports.contract.js';
import { keysContract } from './keys.contract.js';
import { listPlansContract } from './list-plans.contract.js';
import { logoutContract } from './logout.contract.js';
import { mailsContract } from './mails.contract.js';
import { migrationsContract } from './migrations.contract.js';
import { providerSessionsContract } from './provider-sessions.contract.js';
import { purgeContract } from './purge.contract.js';
import { racesContract } from './races.contract.js';
import { refreshTokensContract } from './refresh-tokens.contract.js';
import { scopesContract } from './scopes.contract.js';
import { searchedClientColumnsContract } from './searched-client-columns.contract.js';
import { sessionsContract } from './sessions.contract.js';
import { spentTicketsContract } from './spent-tickets.contract.js';
import { tablesContract } from './tables.contract.js';
import { tokenBindingsContract } from './token-bindings.contract.js';
import { unitsContract } from './units.contract.js';

/** Tests of all ports with one kind of database. */
export function storeContract(backend: Backend): void {
  let url: string;
  let store: Store;

  beforeAll(async () => {
    url = await backend.createDatabase();
    store = await openStore(url);
  });
  afterAll(() => store.close());

  accountsContract(() => store);
  apiKeysContract(() => store);
  auditContract(() => store);
  auditPlansContract(backend);
  consentPlansContract(backend);
  listPlansContract(backend);
  directoryPlansContract(backend);
  clientsContract(() => store);
  clientLogosContract(() => store);
  clientSecretsContract(() => store);
  clientTokensContract(() => store);
  consentsContract(() => store, backend);
  sessionsContract(() => store, backend);
  providerSessionsContract(() => store);
  dynamicClientsContract(() => store);
  deploymentContract(() => store);
  factorsContract(() => store);
  externalIdentitiesContract(() => store);
  grantsContract(() => store);
  refreshTokensContract(() => store);
  idempotentRequestsContract(() => store);
  importsContract(() => store);
  keysContract(() => store);
  logoutContract(() => store);
  mailsContract(() => store);
  scopesContract(() => store);
  spentTicketsContract(() => store);
  racesContract(
    () => store,
    () => url,
  );
  purgeContract(backend);
  unitsContract(backend);
  migrationsContract(backend);
  grantsEndWithSessionContract(backend);
  tablesContract(backend);
  searchedClientColumnsContract(backend);
  tokenBindingsContract(() => store, backend);
  consentsByResourceContract(backend);
  grantOriginsContract(backend);

  describe('the store as a whole', () => {
    it('responds to a health check after writing and reading a row', async () => {
      await expect(store.checkHealth(NOW)).resolves.toBeUndefined();
      await expect(store.checkHealth(NOW + 1)).resolves.toBeUndefined();
    });

    it('fails a health check, and every other call, once it is closed', async () => {
      const closed = await openStore(await backend.createDatabase());
      await closed.close();
      await expect(closed.checkHealth(NOW)).rejects.toThrow();
      await expect(closed.clients.find('any')).rejects.toThrow();
    });

    it('can be closed twice', async () => {
      const closed = await openStore(await backend.createDatabase());
      await closed.close();
      await expect(closed.close()).resolves.toBeUndefined();
    });

    it('finishes writes that have started before it closes', async () => {
      const ownUrl = await backend.createDatabase();
      const closing = await openStore(ownUrl);
      const key = {
        id: 'k',
        name: 'k',
        hash: 'h',
        prefix: 'p',
        accountId: null,
        scopes: null,
        createdAt: NOW,
        expiresAt: null,
        lastUsedAt: null,
      };
      const added = closing.apiKeys.put(key);
      await closing.close();
      await added;

      const reopened = await openStore(ownUrl);
      expect(await reopened.apiKeys.findLive('h', NOW)).toEqual({ key, account: null });
      await reopened.close();
    });
  });
}
