import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppSite, type SiteResponse } from '../../../../test/kit/app-site.js';
import { type DeployedServer, Deployment, registerAt } from '../../../../test/kit/deployment.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import type { TestApp } from '../../../../test/kit/test-app.js';
import { createDatabase } from '../../../../test/kit/test-database.js';
import { systemRepeat } from '../../src/timers/timers.js';
import { registerSiteApp, type SiteApp, signOut } from './support.js';

const settings = { outboundHosts: ['localhost'] };

describe('delivery of logout tokens (Back-Channel Logout 1.0 §2.5, §2.8)', () => {
  let grantor: TestServer;
  let site: AppSite;
  let nudged: SiteApp;
  let now = Math.floor(Date.now() / 1000);
  beforeAll(async () => {
    grantor = await startServer({ settings, clock: () => now });
    nudged = await registerSiteApp(grantor);
  });
  afterAll(async () => {
    await grantor.stop();
    await nudged.site.stop();
  });
  beforeEach(async () => {
    site = await AppSite.start();
    return () => site.stop();
  });

  /** Moves the clock, and ends another session, so that the server looks for due deliveries. */
  async function passTime(seconds: number): Promise<void> {
    now += seconds;
    const before = nudged.received().length;
    await signOut(nudged.app, (await nudged.app.tokens()).id_token);
    await expect.poll(nudged.received).toHaveLength(before + 1);
  }

  /** Ends a session of an app whose site responds like this. */
  async function signOutOf(respond: () => SiteResponse | Promise<SiteResponse>): Promise<SiteApp> {
    site.respond = respond;
    const siteApp = await registerSiteApp(grantor, {}, site);
    await signOut(siteApp.app, (await siteApp.app.tokens()).id_token);
    return siteApp;
  }

  it('does not keep the user waiting', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<SiteResponse>();
    // The page is shown before the site of the app has responded.
    const { received } = await signOutOf(() => released);
    await expect.poll(received).toHaveLength(1);
    release({});
  });

  it.each([200, 204])('treats %i as success', async (status) => {
    const { received } = await signOutOf(() => ({ status }));
    await expect.poll(received).toHaveLength(1);
    await passTime(5000);
    expect(received()).toHaveLength(1);
  });

  it('looks for deliveries when there may be some, and not all the time', async () => {
    const claim = vi.spyOn(grantor.server.store.logoutDeliveries, 'claim');
    await passTime(0);
    await passTime(0);
    // Each of the two is claimed, and so is the rest after its response.
    expect(claim.mock.calls.length).toBeGreaterThanOrEqual(2);
    expect(claim.mock.calls.length).toBeLessThan(10);
    claim.mockRestore();
  });

  it('does not retry after 400: the app has refused the token (§2.8)', async () => {
    const error = vi.spyOn(grantor.server.log, 'error');
    const { received, app } = await signOutOf(() => ({ status: 400, body: '{"error":"invalid_request"}' }));
    await expect.poll(() => detailsOf(error.mock.calls, app)).toMatchObject([{ attempts: 1 }]);
    await passTime(5000);
    expect(received()).toHaveLength(1);
    error.mockRestore();
  });

  it('retries after a failure, each time with a new token of the same session', async () => {
    const responses: SiteResponse[] = [{ status: 503 }, { status: 200 }];
    const { received } = await signOutOf(() => responses.shift() ?? { status: 500 });
    await expect.poll(received).toHaveLength(1);
    await expect.poll(() => responses).toHaveLength(1);
    await passTime(29);
    expect(received()).toHaveLength(1);
    await passTime(1);
    await expect.poll(received).toHaveLength(2);
    const [first, second] = received().map((token) => decodeJwt(token));
    expect(second).toEqual({ ...first, iat: now, exp: now + 120, jti: expect.any(String) });
    expect(second?.jti).not.toBe(first?.jti);
    await passTime(5000);
    expect(received()).toHaveLength(2);
  });

  it('gives up after five attempts within an hour, and logs the app without token or address', async () => {
    const error = vi.spyOn(grantor.server.log, 'error');
    const { received, app } = await signOutOf(() => ({ status: 500 }));
    await expect.poll(received).toHaveLength(1);
    for (const [index, wait] of [30, 120, 600, 2400].entries()) {
      await passTime(wait);
      await expect.poll(received).toHaveLength(index + 2);
    }
    await expect.poll(() => detailsOf(error.mock.calls, app)).toMatchObject([{ attempts: 5 }]);
    const logged = JSON.stringify(error.mock.calls);
    for (const token of received()) expect(logged).not.toContain(token);
    expect(logged).not.toContain('/backchannel');
    await passTime(100_000);
    expect(received()).toHaveLength(5);
    error.mockRestore();
  });

  it('follows no redirect (SSRF)', async () => {
    const { received } = await signOutOf(() => ({
      status: 307,
      headers: { location: `${site.origin}/inside` },
    }));
    await expect.poll(received).toHaveLength(1);
    await passTime(30);
    await expect.poll(received).toHaveLength(2);
    expect(site.at('/inside')).toEqual([]);
  });

  it('calls no private address that the operator did not name (SSRF)', async () => {
    const error = vi.spyOn(grantor.server.log, 'error');
    const port = new URL(site.origin).port;
    const { app } = await registerSiteApp(
      grantor,
      { backchannel_logout_uri: `http://127.0.0.1:${port}/backchannel` },
      site,
    );
    await signOut(app, (await app.tokens()).id_token);
    const toldAfter = async (seconds: number) => {
      await passTime(seconds);
      return detailsOf(error.mock.calls, app);
    };
    await expect.poll(() => toldAfter(2400), { timeout: 20_000 }).toMatchObject([{ attempts: 5 }]);
    expect(site.requests).toEqual([]);
    error.mockRestore();
  });

  it('does not call an app that was disabled between the sign-out and the delivery', async () => {
    const { received, app } = await signOutOf(() => ({ status: 503 }));
    await expect.poll(received).toHaveLength(1);
    await grantor.server.store.clients.update(app.id, { enabled: false, updatedAt: now });
    await passTime(30);
    await passTime(120);
    expect(received()).toHaveLength(1);
  });

  it('sends at most four deliveries to one app at once, and continues with others (denial of service)', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<SiteResponse>();
    const { app, received } = await signOutOf(() => released);
    for (let count = 0; count < 17; count += 1) await signOut(app, (await app.tokens()).id_token);
    await passTime(1);
    expect(received()).toHaveLength(4);
    release({});
    await expect.poll(received).toHaveLength(18);
  });

  it('sends no token to an app whose URI was removed from the registration meanwhile', async () => {
    const { received, app } = await signOutOf(() => ({ status: 503 }));
    await expect.poll(received).toHaveLength(1);
    await grantor.server.store.clients.update(app.id, { metadata: {}, updatedAt: now });
    await passTime(30);
    expect(received()).toHaveLength(1);
  });
});

describe.each(databases)('a deployment on %s', (database) => {
  let deployment: Deployment;
  let site: AppSite;
  let now = Math.floor(Date.now() / 1000);
  beforeAll(async () => {
    const timing = { clock: () => now, repeat: systemRepeat };
    deployment = new Deployment(await createDatabase(database), settings, timing);
    site = await AppSite.start();
  });
  afterAll(async () => {
    await deployment.stop();
    await site.stop();
  });

  const register = (server: DeployedServer) =>
    registerAt(server, {
      redirectUris: [`${site.origin}/callback`],
      backchannel_logout_uri: `${site.origin}/backchannel`,
    });
  const received = () => site.at('/backchannel').length;

  it('delivers after a restart', async () => {
    site.respond = () => ({ status: 503 });
    const first = await deployment.start();
    const app = await register(first);
    await signOut(app, (await app.tokens()).id_token);
    await expect.poll(received).toBe(1);
    await first.stop();
    now += 30;
    site.respond = () => ({});
    await deployment.start();
    await expect.poll(received).toBe(2);
  });

  it('notifies an app once, with any number of servers', async () => {
    const before = received();
    const [one, two] = [await deployment.start(), await deployment.start()];
    const app = await register(one);
    for (let round = 1; round <= 3; round += 1) {
      await signOut(app, (await app.tokens()).id_token);
      await expect.poll(received).toBe(before + round);
    }
    now += 5000;
    const late = await deployment.start();
    await signOut(app, (await app.tokens()).id_token);
    await expect.poll(received).toBe(before + 4);
    for (const server of [one, two, late]) await server.stop();
    expect(received()).toBe(before + 4);
  });
});

/** The log entries about one app. */
function detailsOf(calls: readonly (readonly unknown[])[], app: TestApp): readonly unknown[] {
  return calls.flatMap(([, details]) =>
    (details as { clientId?: string }).clientId === app.id ? [details] : [],
  );
}
