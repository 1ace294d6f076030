import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type AttackedServer, expectToServe, startAttackedServer } from './support/attacked-server.js';
import { fuzzedRequest, seededRandom } from './support/fuzz.js';
import { expectHarmless } from './support/refusals.js';
import { redirectUri } from './support/requests.js';
import { type Reply, send } from './support/send.js';

/** A key of the deployment beside the configured one. */
async function makeKey({ grantor }: AttackedServer): Promise<string> {
  const response = await grantor.api('POST', '/keys', { name: 'Fuzz' });
  const { key } = (await response.json()) as { key: string };
  return key;
}

describe.each([
  ['sqlite', 20_261_121, 1200],
  ['postgres', 20_261_122, 600],
] as const)('on %s', (database, seed, count) => {
  let server: AttackedServer;
  beforeAll(async () => {
    server = await startAttackedServer({ database });
  });
  afterAll(() => server.stop());

  it(`responds to ${count} random requests without a failure (seed ${seed})`, async () => {
    const random = seededRandom(seed);
    const refusals = vi.spyOn(server.grantor.server.log, 'refusal');
    const { code, verifier } = await server.code(server.app);
    const { access_token, refresh_token } = await server.tokens(server.app);
    // It deletes only its own apps: the apps that must stay belong to another caller.
    const apiKey = await makeKey(server);
    const known = [
      server.app.client_id,
      server.app.client_secret,
      server.publicApp.client_id,
      redirectUri,
      'code',
      'authorization_code',
      'openid profile',
      code,
      verifier,
      access_token,
      refresh_token,
    ];
    let refused = 0;
    for (let at = 0; at < count; at += 1) {
      const { path, sending } = fuzzedRequest(random, known, apiKey);
      const reply: Reply | Error = await send(server.issuer, path, sending).catch((error: Error) => error);
      const told = `seed ${seed}, request ${at}: ${path} ${JSON.stringify(sending)}`;
      expect(reply, told).not.toBeInstanceOf(Error);
      if (reply instanceof Error) continue;
      expect(reply.status, told).toBeLessThan(500);
      expectHarmless(reply);
      if (reply.status >= 400) refused += 1;
    }
    // No request made the server fail.
    expect(refusals.mock.calls.filter(([error]) => error.status >= 500)).toEqual([]);
    expect(refused).toBeGreaterThan(count / 2);
    expect(refused).toBeLessThan(count);
    await expectToServe(server);
  });
});
