import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DeployedServer,
  Deployment,
  deploymentConfig,
  MovedClock,
} from '../../../../test/kit/deployment.js';
import { fillOldDatabase } from '../../../../test/kit/old-database.js';
import { databases } from '../../../../test/kit/servers.js';
import { cheapStretch } from '../../../../test/kit/stretch.js';
import { refusalOf, TestApp, type TestTokens } from '../../../../test/kit/test-app.js';
import { createDatabase } from '../../../../test/kit/test-database.js';
import { createDeploymentKeys } from '../../src/crypto/deployment-keys.js';
import { systemRandom } from '../../src/crypto/random.js';
import { createSealedResponses } from '../../src/grants/sealed-responses.js';

const NOW = new MovedClock().now;
const invalidGrant = { status: 400, error: 'invalid_grant' };
const newToken = () => randomBytes(32).toString('base64url');
const hashOf = (token: string) => createHash('sha256').update(token).digest('base64url');

/** The tokens of a grant that was refreshed twice before the upgrade: the last time just now. */
interface Chain {
  readonly grantId: string;
  readonly oldest: string;
  readonly previous: string;
  readonly current: string;
}

describe.each(databases)('refresh tokens from before they had families, on %s', (kind) => {
  let instance: DeployedServer;
  let app: TestApp;
  const response = JSON.stringify({ access_token: 'lost', token_type: 'Bearer' });
  const chains: Chain[] = Array.from({ length: 3 }, () => ({
    grantId: randomUUID(),
    oldest: newToken(),
    previous: newToken(),
    current: newToken(),
  }));
  const chain = () => chains.pop() as Chain;

  beforeAll(async () => {
    const url = await createDatabase(kind);
    const config = deploymentConfig(url);
    const sealed = createSealedResponses(await createDeploymentKeys(config, cheapStretch), systemRandom);
    const statements = [
      `INSERT INTO accounts (id, username, email_verified, name, claims, is_admin, created_at, updated_at)
       VALUES ('bob', 'bob', 0, 'Bob', '{}', 0, 1, 1)`,
      `INSERT INTO clients (id, name, authentication_method, redirect_uris, grant_types, response_types, scopes,
         access_token_format, id_token_algorithm, compatibility, metadata, enabled, created_at, updated_at)
       VALUES ('app', 'App', 'none', '["https://app.example.com/cb"]', '["authorization_code","refresh_token"]',
         '["code"]', '["email"]', 'jwt', 'ES256', '{}', '{}', 1, 1, 1)`,
    ];
    for (const { grantId, oldest, previous, current } of chains) {
      statements.push(
        `INSERT INTO grants (id, client_id, account_id, scopes, audience, session_id, auth_time, created_at)
         VALUES ('${grantId}', 'app', 'bob', '["email"]', 'http://localhost:9', 's', 1, ${NOW - 900})`,
      );
      const token = (value: string, spentAt: number | null, body: string | null) =>
        statements.push(
          `INSERT INTO refresh_tokens (hash, grant_id, created_at, expires_at, spent_at, sealed_answer) VALUES
           ('${hashOf(value)}', '${grantId}', ${NOW - 900}, ${NOW + 9000}, ${spentAt ?? 'NULL'},
            ${body === null ? 'NULL' : `'${body}'`})`,
        );
      token(oldest, NOW - 800, null);
      token(previous, NOW - 5, sealed.seal(previous, response));
      token(current, null, null);
    }
    await fillOldDatabase(url, 'refresh-token-families', statements);
    instance = await new Deployment(url).start();
    app = new TestApp(instance.url, 'app', undefined, 'https://app.example.com/cb', {
      username: 'bob',
      password: '',
      name: 'Bob',
    });
  });
  afterAll(async () => {
    await instance.stop();
  });

  const refreshed = async (token: string) => (await (await app.refresh(token)).json()) as TestTokens;

  it('work with the current one', async () => {
    const { current } = chain();
    const next = await refreshed(current);
    expect((await refreshed(next.refresh_token)).refresh_token).toEqual(expect.any(String));
    expect(await refusalOf(await app.refresh(current))).toEqual(invalidGrant);
  });

  it('repeat the response to a retry until the current one is used, and end with a later replay', async () => {
    const { previous, current } = chain();
    expect(await (await app.refresh(previous)).text()).toBe(response);
    const next = await refreshed(current);
    expect(await refusalOf(await app.refresh(previous))).toEqual(invalidGrant);
    expect(await refusalOf(await app.refresh(next.refresh_token))).toEqual(invalidGrant);
  });

  it('end with a replay of one that was spent before the upgrade', async () => {
    const { oldest, current } = chain();
    expect(await refusalOf(await app.refresh(oldest))).toEqual(invalidGrant);
    expect(await refusalOf(await app.refresh(current))).toEqual(invalidGrant);
  });
});
