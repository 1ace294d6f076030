import { expect, it, onTestFinished } from 'vitest';
import { ensureDemo } from '../../packages/server/src/cli/demo/demo-data.js';
import { systemClock } from '../../packages/server/src/crypto/clock.js';
import { createDeploymentKeys } from '../../packages/server/src/crypto/deployment-keys.js';
import { startServer } from '../kit/servers.js';
import { cheapStretch } from '../kit/stretch.js';

const YEAR = 365.25 * 86_400;

it('gives the demo user claims that validators accept: a birthdate of a living adult (OpenID Connect Core 1.0 §5.1)', async () => {
  const grantor = await startServer();
  onTestFinished(() => grantor.stop());
  const { accounts } = grantor.server.store;
  const other = await accounts.findByLogin('ada@example.com');
  await accounts.delete(other?.id ?? '', systemClock());

  const keys = await createDeploymentKeys({ secret: 'a secret' }, cheapStretch);
  const { user } = await ensureDemo(grantor.server.store, systemClock, keys, {
    appUrl: 'http://localhost:3000',
    apiUrl: 'http://localhost:3001',
  });

  expect(user.username).toBe('ada@example.com');
  const { claims } = (await accounts.findByLogin(user.username)) ?? {};
  const age = (systemClock() - Date.parse(String(claims?.birthdate)) / 1000) / YEAR;
  expect(age).toBeGreaterThan(18);
  expect(age).toBeLessThan(100);
});
