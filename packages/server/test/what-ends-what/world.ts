import { randomUUID } from 'node:crypto';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import type { RegisteredTestClient, TestGrantor } from '../../../../test/kit/grantor.js';
import { registerApp, TestApp, type TestTokens } from '../../../../test/kit/test-app.js';
import { createAccount } from '../../src/accounts/create-account.js';
import { systemClock } from '../../src/crypto/clock.js';
import { signatureFor } from '../personal-access-token/support.js';
import { keyOf } from '../principals/support.js';

const CALLBACK = 'https://app.example.com/callback';
const PASSWORD = 'analytical-engine';

/** What is good at some moment: one name for each column of the table. */
export interface Standing {
  /** A code that nobody has exchanged. */
  readonly code: boolean;
  /** An access token of the sign-in, as an API is told that asks. */
  readonly access: boolean;
  /** The same one to an API that looks at the signature alone; null for one without a signature. */
  readonly signature: boolean | null;
  /** An access token that was given for offline access. */
  readonly offlineAccess: boolean;
  readonly refresh: boolean;
  readonly offlineRefresh: boolean;
  /** Whether the person is not asked again. */
  readonly consent: boolean;
  /** The app's own token. */
  readonly own: boolean;
  readonly personal: boolean;
  readonly apiKey: boolean;
  readonly session: boolean;
  /** Whether the person's own app, another one, gets tokens. */
  readonly ownedApp: boolean;
  /** A token that this app got for itself before. */
  readonly ownedToken: boolean;
}

/** What there is when a row of the table happens. */
interface Things {
  readonly accountId: string;
  readonly key: { readonly id: string; readonly key: string };
  /** Somebody else's, to which the person gave access. */
  readonly app: TestApp;
  /** The person's own. */
  readonly owned: TestApp;
  /** An API that takes the tokens of both. */
  readonly api: TestApp;
  readonly online: TestTokens;
  readonly offline: TestTokens;
  readonly code: string;
  readonly own: string;
  readonly ownedToken: string;
  readonly personal: string;
}

/** A person, what they have and what they gave to an app. */
export class World {
  constructor(
    readonly grantor: TestGrantor,
    readonly format: 'jwt' | 'opaque',
    readonly things: Things,
  ) {}

  /** Finds out, and uses up what can be used once. */
  async standing(): Promise<Standing> {
    const { app, owned, online, offline, api, code, key } = this.things;
    const silent = await app.browser.open(app.authorizationUrl({ prompt: 'none', client_id: api.id }));
    const withKey = await fetch(`${this.grantor.issuer}/api/2.0/clients`, {
      headers: { authorization: `Bearer ${key.key}` },
    });
    return {
      access: await this.isActive(online.access_token),
      offlineAccess: await this.isActive(offline.access_token),
      own: await this.isActive(this.things.own),
      ownedToken: await this.isActive(this.things.ownedToken),
      personal: await this.isActive(this.things.personal),
      signature: await this.isSigned(online.access_token),
      consent: await this.isRemembered(),
      apiKey: withKey.status === 200,
      session: silent.left?.searchParams.get('error') !== 'login_required',
      ownedApp: (await ownTokenOf(owned)) !== undefined,
      code: (await app.exchange(code)).status === 200,
      refresh: (await app.refresh(online.refresh_token)).status === 200,
      offlineRefresh: (await app.refresh(offline.refresh_token)).status === 200,
    };
  }

  /** Asks as an API does. */
  private async isActive(token: string): Promise<boolean> {
    const response = await this.things.api.post('/oauth2/introspect', { token });
    return ((await response.json()) as { active: boolean }).active;
  }

  private async isSigned(token: string): Promise<boolean | null> {
    if (this.format === 'opaque') return null;
    const keys = createRemoteJWKSet(new URL(`${this.grantor.issuer}/oauth2/jwks`));
    return jwtVerify(token, keys).then(
      () => true,
      () => false,
    );
  }

  private async isRemembered(): Promise<boolean> {
    const kept = await this.grantor.server.store.consents.find(this.things.accountId, this.things.app.id);
    return kept.length > 0;
  }
}

/** Everything that there can be, all of it good. */
export async function createWorld(grantor: TestGrantor, format: 'jwt' | 'opaque'): Promise<World> {
  const { accounts } = grantor.server.store;
  const username = `${randomUUID()}@example.com`;
  await createAccount(accounts, systemClock, { email: username, password: PASSWORD, name: 'Grace Hopper' });
  const account = await accounts.findByLogin(username);
  if (account === undefined) throw new Error('the person is not there');
  const key = await keyOf(grantor, account);
  const metadata = {
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    scopes: ['openid', 'offline_access', 'files:read'],
  };
  const registered = await registerApp(grantor, { ...metadata, access_token_format: format });
  const person = { username, password: PASSWORD, name: account.name };
  const app = new TestApp(grantor.issuer, registered.id, registered.secret, CALLBACK, person);
  const owned = await registerOwn(grantor, key.key, metadata);
  // A developer's app acts for itself once an administrator has approved its scopes.
  await grantor.api('POST', `/clients/${owned.id}/scopes/approve`);
  const [own, ownedToken] = [await ownTokenOf(app), await ownTokenOf(owned)];
  if (own === undefined || ownedToken === undefined) throw new Error('an app got no token of its own');
  return new World(grantor, format, {
    accountId: account.id,
    key,
    app,
    owned,
    api: await registerApp(grantor, { protected_resources: [grantor.issuer] }),
    online: await app.tokens({ scope: 'openid files:read' }),
    offline: await app.tokens({ scope: 'openid offline_access files:read' }),
    code: await app.code({ scope: 'openid files:read' }),
    own,
    ownedToken,
    personal: await personalTokenOf(app, await signatureFor(grantor, key.key)),
  });
}

async function registerOwn(grantor: TestGrantor, key: string, metadata: object): Promise<TestApp> {
  const response = await fetch(`${grantor.issuer}/api/2.0/clients`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Their own', redirect_uris: [CALLBACK], ...metadata }),
  });
  if (response.status !== 201) throw new Error(await response.text());
  const { client_id: id, client_secret: secret } = (await response.json()) as RegisteredTestClient;
  return new TestApp(grantor.issuer, id, secret, CALLBACK, grantor.person);
}

/** A token that the app asks for itself; undefined where it gets none. */
async function ownTokenOf(app: TestApp): Promise<string | undefined> {
  const response = await app.post('/oauth2/token', { grant_type: 'client_credentials', scope: 'files:read' });
  return ((await response.json()) as { access_token?: string }).access_token;
}

async function personalTokenOf(app: TestApp, signature: string): Promise<string> {
  const request = { grant_type: 'personal_access_token', scope: 'files:read' };
  const response = await app.post('/oauth2/token', request, { 'x-signature': signature });
  if (response.status !== 200) throw new Error(await response.text());
  return ((await response.json()) as { access_token: string }).access_token;
}
