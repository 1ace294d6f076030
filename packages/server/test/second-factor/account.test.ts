import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { addAuthenticator } from '../../../../test/kit/factors.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { addSignedInUser, addUser } from '../../../../test/kit/users.js';
import { stepAt, totpAt } from '../../src/accounts/factors/totp.js';
import { keyOn } from './support.js';

let now = Math.floor(Date.now() / 1000);
let grantor: TestServer;
beforeAll(async () => {
  grantor = await startServer({ clock: () => now });
});
afterAll(() => grantor.stop());

const section = () => `${grantor.issuer}/account/second-factor`;

/** A user who has signed in with both factors. */
async function addConfirmed() {
  now += 60;
  const user = await addUser(grantor);
  const authenticator = await addAuthenticator(grantor, user);
  const browser = new HttpBrowser();
  const asked = await browser.signIn(await browser.open(`${grantor.issuer}/signin`), user);
  await browser.submit(asked, 'verify', { code: authenticator.codeAt(now), remember: 'yes' });
  return { user, browser, authenticator };
}

describe('the second factor on the account page', () => {
  it('is set up with a code, and recovery codes are shown once', async () => {
    const { user, browser } = await addSignedInUser(grantor);
    const page = await browser.open(section());
    const wrong = await browser.submit(page, 'confirm', { code: '1' });
    expect(wrong.status).toBe(400);
    const shown = await browser.submit(wrong, 'confirm', { code: totpAt(keyOn(page.html), stepAt(now)) });
    expect(shown.html.match(/<code>[A-Z2-7-]{19}<\/code>/g)).toHaveLength(10);
    expect(await grantor.server.store.secondFactors.enrolledBy(user.id)).toMatchObject({
      hasTotp: true,
      recoveryCodes: 10,
    });
    const stored = await grantor.server.store.secondFactors.findTotp(user.id);
    expect(stored?.sealedKey).not.toContain(keyOn(page.html).toString('base64url'));
    expect((await browser.open(section())).html).not.toContain('<code>');
  });

  it('can be turned off, which removes recovery codes and remembered devices', async () => {
    const { user, browser } = await addConfirmed();
    const page = await browser.open(section());
    const off = await browser.submit(page, 'turn-off');
    expect(off.html).toContain('The authenticator app was turned off.');
    const { secondFactors, rememberedDevices } = grantor.server.store;
    expect(await secondFactors.enrolledBy(user.id)).toEqual({
      hasTotp: false,
      passkeys: 0,
      recoveryCodes: 0,
    });
    expect(await rememberedDevices.listOf(user.id, now)).toEqual([]);
  });

  it('gives new recovery codes, with which the old ones stop working', async () => {
    const { browser, user, authenticator } = await addConfirmed();
    const page = await browser.open(section());
    const codes =
      (await browser.submit(page, 'new-codes')).html.match(/[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}/g) ?? [];
    expect(codes).toHaveLength(10);
    const other = new HttpBrowser();
    const asked = await other.signIn(await other.open(`${grantor.issuer}/signin`), user);
    const old = await other.submit(asked, 'verify', { code: authenticator.recoveryCodes[0] ?? '' });
    expect(old.status).toBe(400);
    await other.submit(asked, 'verify', { code: codes[3] ?? '' });
    expect(other.cookieValue('grantor_session')).toBeDefined();
  });

  it('lists remembered devices, and forgets one', async () => {
    const { user, browser } = await addConfirmed();
    const page = await browser.open(section());
    await browser.submit(page, 'forget-device-0');
    expect(await grantor.server.store.rememberedDevices.listOf(user.id, now)).toEqual([]);
    browser.forget('grantor_session');
    const asked = await browser.signIn(await browser.open(`${grantor.issuer}/signin`), user);
    expect(asked.html).toContain('id="verify"');
  });

  it('leaves the devices of other users', async () => {
    const [one, other] = [await addConfirmed(), await addConfirmed()];
    const [theirs] = await grantor.server.store.rememberedDevices.listOf(other.user.id, now);
    const page = await one.browser.open(section());
    await one.browser.submit(page, 'forget-device-0', { device: theirs?.id ?? '' });
    expect(await grantor.server.store.rememberedDevices.listOf(other.user.id, now)).toHaveLength(1);
  });

  it('records each change in the audit trail', async () => {
    const { user, browser } = await addConfirmed();
    const page = await browser.open(section());
    await browser.submit(page, 'new-codes');
    await browser.submit(page, 'turn-off');
    const { items } = await grantor.server.store.audit.list(
      { limit: 20, after: null },
      { actorId: user.id, accountId: user.id },
    );
    expect(items.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['device.remembered', 'recovery_codes.replaced', 'totp.removed']),
    );
  });
});
