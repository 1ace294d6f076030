import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formWithButton, HttpBrowser, type OpenedPage } from '../../../../test/kit/browser.js';
import { startLdapServer, type TestLdapServer } from '../../../../test/kit/ldap-server.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { StubProvider } from '../providers/stub-provider.js';
import { askForMail, type MailingServer, startMailing } from '../sign-up/support.js';

const SERVICE = 'cn=grantor,dc=example,dc=com';
const PEOPLE = 'ou=people,dc=example,dc=com';
const ada = { username: 'ada', password: 'password of ada' };
const email = 'ada@corp.example';

describe('a user of the directory', () => {
  let ldap: TestLdapServer;
  let provider: StubProvider;
  let mailing: MailingServer;
  let grantor: TestServer;
  let lenient: TestServer;

  beforeAll(async () => {
    [ldap, provider] = await Promise.all([
      startLdapServer(
        [
          { dn: SERVICE, password: 'service', attributes: {} },
          {
            dn: `uid=ada,${PEOPLE}`,
            password: ada.password,
            attributes: { objectClass: ['person'], entryUUID: ['uuid-ada'], uid: ['ada'], mail: [email] },
          },
        ],
        { serviceDn: SERVICE },
      ),
      StubProvider.start(),
    ]);
    const settings = {
      ldapUrl: ldap.url,
      ldapStartTls: 'off',
      ldapBindDn: SERVICE,
      ldapBindPassword: 'service',
      ldapBaseDn: PEOPLE,
      providers: [
        { id: 'corp', name: 'Corp', issuer: provider.issuer, clientId: 'grantor', clientSecret: 'secret' },
      ],
    } as const;
    mailing = await startMailing({ settings: { ...settings, providers: [...settings.providers] } });
    grantor = mailing.grantor;
    lenient = await startServer({
      settings: { ...settings, providers: [...settings.providers], ldapOtherSignIns: 'on' },
    });
  });
  afterAll(async () => {
    await lenient.stop();
    await mailing.stop();
    await provider.stop();
    await ldap.stop();
  });

  async function signIn({ issuer }: TestServer): Promise<HttpBrowser> {
    const browser = new HttpBrowser();
    const page = await browser.signIn(await browser.open(`${issuer}/signin`), ada);
    expect(page.url).toBe(`${issuer}/account`);
    return browser;
  }

  const accountOf = ({ server }: TestServer) => server.store.accounts.findByLogin(email);

  /** Signs in at the provider that the user has connected. */
  async function signInAtProvider({ issuer, server }: TestServer): Promise<OpenedPage> {
    const account = await accountOf({ server } as TestServer);
    const link = { provider: 'corp', subject: 'ada at corp', label: null, managesProfile: false };
    const times = { createdAt: 0, lastUsedAt: 0 };
    await server.store.externalIdentities.link({ ...link, ...times, accountId: account?.id ?? '' }, 20);
    const browser = new HttpBrowser();
    const { left } = await browser.open(`${issuer}/signin/with/corp`);
    return browser.open(provider.allow(left as URL, { claims: { sub: 'ada at corp' } }).href);
  }

  it('cannot set a password here by mail or on the account page: it would outlive the entry in the directory', async () => {
    const browser = await signIn(grantor);
    await askForMail(`${grantor.issuer}/reset-password`, email);
    const mail = await mailing.smtp.take(email, '');
    expect(mail.text).not.toContain('/reset-password/choose');

    const page = await browser.open(`${grantor.issuer}/account/password`);
    expect(page.html).not.toContain('name="password"');
    const form = formWithButton(
      (await browser.open(`${grantor.issuer}/account/profile`)).html,
      'save-profile',
    );
    await browser.open(`${grantor.issuer}/account/password/save`, {
      method: 'POST',
      body: new URLSearchParams({ ...form.fields, password: 'several words in a row' }),
    });
    expect(await accountOf(grantor)).toMatchObject({ passwordHash: null });
  });

  it('cannot disconnect the directory from the account', async () => {
    const browser = await signIn(lenient);
    const { server, issuer } = lenient;
    const account = await accountOf(lenient);
    const identities = () => server.store.externalIdentities.list(account?.id ?? '');
    const times = { createdAt: 1, lastUsedAt: 1 };
    const link = { provider: 'corp', subject: 'ada too', label: null, managesProfile: false };
    await server.store.externalIdentities.link({ ...link, ...times, accountId: account?.id ?? '' }, 20);
    const page = await browser.open(`${issuer}/account/providers`);
    expect(page.html).not.toContain('value="ldap"');
    const form = formWithButton(page.html, 'disconnect-0');
    await browser.open(issuer + form.action, {
      method: 'POST',
      body: new URLSearchParams({ ...form.fields, provider: 'ldap', subject: 'uuid-ada' }),
    });
    expect((await identities()).map(({ provider: id }) => id)).toContain('ldap');
  });

  it('cannot sign in at a provider instead, unless the operator allows it', async () => {
    await signIn(grantor);
    const refused = await signInAtProvider(grantor);
    expect([refused.status, refused.html]).toEqual([
      403,
      expect.stringContaining('Your account belongs to a directory'),
    ]);
    await signIn(lenient);
    expect((await signInAtProvider(lenient)).url).toBe(`${lenient.issuer}/account`);
  });
});
