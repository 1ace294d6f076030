import { afterEach, describe, expect, it } from 'vitest';
import { databases, type ServerOptions, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { consentTo } from '../storage/fixtures.js';
import { minimal } from './support.js';

describe.each(databases)('the number of apps that register themselves, on %s', (database) => {
  let grantor: TestServer;
  let now = 1_800_000_000;
  afterEach(() => grantor.stop());
  const start = async (settings: ServerOptions['settings'] = {}) => {
    grantor = await startServer({
      database,
      settings: { registration: 'open', trustedProxies: 1, ...settings },
      clock: () => now,
    });
  };
  const send = (address: string, headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${grantor.issuer}/oauth2/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': address, ...headers },
      body: JSON.stringify(minimal),
    });
  const idOf = async (address: string) =>
    ((await (await send(address)).json()) as { client_id: string }).client_id;
  const statusOf = async (address: string, headers?: Readonly<Record<string, string>>) =>
    (await send(address, headers)).status;

  it('is bounded for each network, and in total', async () => {
    await start({ selfRegisteredClients: 4, selfRegisteredClientsPerAddress: 2 });
    expect([await statusOf('203.0.113.1'), await statusOf('203.0.113.1')]).toEqual([201, 201]);
    const refused = await send('203.0.113.1');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect([await statusOf('2001:db8:1:1::1'), await statusOf('2001:db8:1:2::1')]).toEqual([201, 201]);
    expect([await statusOf('2001:db8:1:3::1'), await statusOf('203.0.113.2')]).toEqual([429, 429]);
  });

  it('is not exceeded by simultaneous registrations', async () => {
    await start({ selfRegisteredClients: 3 });
    const statuses = await Promise.all(Array.from({ length: 10 }, () => statusOf('203.0.113.1')));
    expect(statuses.filter((status) => status === 201)).toHaveLength(3);
  });

  it('at the bound, the oldest unused app of the network with the most apps is deleted', async () => {
    await start({ selfRegisteredClients: 3 });
    const quiet = await idOf('203.0.113.1');
    now += 10;
    const older = await idOf('203.0.113.2');
    now += 10;
    const newer = await idOf('203.0.113.2');
    // Time for a first sign-in.
    now += 3580;
    expect(await statusOf('203.0.113.3')).toBe(429);
    now += 3600;
    expect(await statusOf('203.0.113.3')).toBe(201);
    const { clients } = grantor.server.store;
    const found = await Promise.all([quiet, older, newer].map((id) => clients.find(id)));
    expect(found.map((client) => client?.id)).toEqual([quiet, undefined, newer]);
  });

  it('at the cap of a network, its own oldest unused app is deleted, and no app of another network', async () => {
    await start({ selfRegisteredClientsPerAddress: 2 });
    const other = await idOf('203.0.113.1');
    const older = await idOf('203.0.113.2');
    now += 10;
    const newer = await idOf('203.0.113.2');
    // Time for a first sign-in.
    now += 3580;
    expect(await statusOf('203.0.113.2')).toBe(429);
    now += 20;
    expect([await statusOf('203.0.113.2'), await statusOf('203.0.113.2')]).toEqual([201, 429]);
    const { clients } = grantor.server.store;
    const found = await Promise.all([other, older, newer].map((id) => clients.find(id)));
    expect(found.map((client) => client?.id)).toEqual([other, undefined, newer]);
  });

  it('no app with a consent or an initial access token is deleted', async () => {
    await start({ selfRegisteredClients: 2 });
    const allowed = await idOf('203.0.113.1');
    const { accounts, consents } = grantor.server.store;
    const account = await accounts.findByLogin(grantor.user.username);
    await consents.add(account?.id ?? '', allowed, consentTo(['openid']), now);
    const { token } = (await (await grantor.api('POST', '/registration-tokens', {})).json()) as {
      token: string;
    };
    expect(await statusOf('203.0.113.1', { authorization: `Bearer ${token}` })).toBe(201);
    now += 7200;
    expect(await statusOf('203.0.113.2')).toBe(429);
  });

  it('is not used up by a page in the browser of a visitor, which may not register', async () => {
    await start({ registrationsPerHour: 1, selfRegisteredClientsPerAddress: 1 });
    const page = { origin: 'https://evil.example', 'content-type': 'text/plain' };
    for (let count = 0; count < 3; count += 1) expect(await statusOf('203.0.113.1', page)).toBe(403);
    expect((await send('203.0.113.1', page)).headers.get('access-control-allow-origin')).toBeNull();
    expect(await statusOf('203.0.113.1')).toBe(201);
  });

  it('is counted by origin for pages if the operator lets them register', async () => {
    await start({ registrationFromBrowsers: 'on', selfRegisteredClientsPerAddress: 1 });
    const from = (origin: string) => statusOf('203.0.113.1', { origin });
    expect([await from('https://one.example'), await from('https://one.example')]).toEqual([201, 429]);
    expect([await from('https://two.example'), await statusOf('203.0.113.1')]).toEqual([201, 201]);
  });
});
