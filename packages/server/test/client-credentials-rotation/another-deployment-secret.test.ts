import { expect, it, onTestFinished } from 'vitest';
import { bodyOf } from '../../../../test/kit/api-calls.js';
import { Deployment, registerAt } from '../../../../test/kit/deployment.js';
import { createDatabase } from '../../../../test/kit/test-database.js';
import { claimsOf, hmac, jwt, postAssertion } from '../client-assertion/assertions.js';
import type { Rotated } from './support.js';

const before = 'Rk3Wz8Qp1Xv6Tn0Lb5Jd9Hs2Gf7Mc4Ya';
const after = 'Ve7Bq2Nw9Ks4Zt1Xf6Pj0Rm5Hd8Lc3Gy';

it('another GRANTOR_SECRET keeps both client secrets that sign assertions while they overlap', async () => {
  const deployment = new Deployment(await createDatabase('sqlite'));
  onTestFinished(() => deployment.stop());
  deployment.clock.now = Math.floor(Date.now() / 1000);

  const old = await deployment.start({ secret: before });
  const { id, secret: first = '' } = await registerAt(old, {
    redirectUris: [],
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'client_secret_jwt',
  });
  const { client_secret: second } = await bodyOf<Rotated>(
    old.call('PATCH', `/clients/${id}/regenerate`, { overlap_seconds: 600 }),
  );
  await old.stop();
  await (await deployment.start({ secret: after, secretPrevious: before })).stop();

  const later = await deployment.start({ secret: after });
  for (const secret of [first, second]) {
    const response = await postAssertion(
      { issuer: later.url },
      '/oauth2/token',
      jwt({ alg: 'HS256' }, claimsOf(id, 'http://localhost:9'), hmac(secret)),
      { grant_type: 'client_credentials' },
    );
    expect(response.status).toBe(200);
  }
});
