import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { temporaryFolder } from '../../../../test/kit/temporary-folder.js';
import { claimsOf, hmac, jwt } from '../client-assertion/assertions.js';
import { Deployment, type DrivenServer } from '../key-rotation/world.js';

const before = 'Rk3Wz8Qp1Xv6Tn0Lb5Jd9Hs2Gf7Mc4Ya';
const after = 'Ve7Bq2Nw9Ks4Zt1Xf6Pj0Rm5Hd8Lc3Gy';

const running = new Set<DrivenServer>();
const stop = async (server: DrivenServer) => {
  running.delete(server);
  await server.stop();
};
afterEach(async () => {
  for (const server of running) await stop(server);
});

it('another GRANTOR_SECRET keeps both secrets of an app that signs with them, while they overlap', async () => {
  const deployment = new Deployment(`sqlite:${join(await temporaryFolder(), 'grantor.db')}`);
  deployment.clock.now = Math.floor(Date.now() / 1000);
  const start = async (settings: { secret: string; secretPrevious?: string }) => {
    const server = await deployment.start(settings);
    running.add(server);
    return server;
  };
  const call = async (at: DrivenServer, method: string, path: string, body: object) => {
    const response = await fetch(`${at.url}/api/2.0/clients${path}`, {
      method,
      headers: {
        authorization: 'Bearer test-key-with-more-than-20-characters',
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    });
    expect(response.ok).toBe(true);
    return (await response.json()) as { client_id: string; client_secret: string };
  };

  const old = await start({ secret: before });
  const { client_id: id, client_secret: first } = await call(old, 'POST', '', {
    name: 'App',
    redirect_uris: [],
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'client_secret_jwt',
  });
  const { client_secret: second } = await call(old, 'PATCH', `/${id}/regenerate`, { overlap_seconds: 600 });
  await stop(old);
  await stop(await start({ secret: after, secretPrevious: before }));

  const later = await start({ secret: after });
  for (const secret of [first, second]) {
    const response = await fetch(`${later.url}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: jwt({ alg: 'HS256' }, claimsOf(id, 'http://localhost:9'), hmac(secret)),
      }),
    });
    expect(response.status).toBe(200);
  }
});
