import { createRemoteJWKSet, jwtVerify } from 'jose';
import { bodyOf, xSignatureFor } from '../../../../test/kit/api-calls.js';
import { type ApiCaller, addCaller } from '../../../../test/kit/callers.js';
import type { RegisteredTestClient, TestServer } from '../../../../test/kit/servers.js';
import { registerApp, TestApp, type TestTokens } from '../../../../test/kit/test-app.js';

/** What works at some moment: one name for each column of the table. */
export interface AccessState {
  /** A code that was not exchanged. */
  readonly code: boolean;
  /** An access token of the session, by introspection. */
  readonly access: boolean;
  /** The same token for an API that checks the signature only; null for a token without a signature. */
  readonly signature: boolean | null;
  /** An access token with offline access. */
  readonly offlineAccess: boolean;
  readonly refresh: boolean;
  readonly offlineRefresh: boolean;
  /** Whether the user is not asked for consent again. */
  readonly consent: boolean;
  /** The app's own token. */
  readonly own: boolean;
  readonly personal: boolean;
  readonly apiKey: boolean;
  readonly session: boolean;
  /** Whether an app that the user registered gets tokens. */
  readonly ownedApp: boolean;
  /** A token that this app requested for itself before. */
  readonly ownedToken: boolean;
}

interface Credentials {
  readonly user: ApiCaller;
  /** An app of another developer, to which the user gave access. */
  readonly app: TestApp;
  /** An app that the user registered. */
  readonly owned: TestApp;
  /** An API that accepts the tokens of both. */
  readonly api: TestApp;
  readonly online: TestTokens;
  readonly offline: TestTokens;
  readonly code: string;
  readonly own: string;
  readonly ownedToken: string;
  readonly personal: string;
}

/** All kinds of access that a user and two apps can have. */
export class UserAccess {
  constructor(
    readonly grantor: TestServer,
    readonly format: 'jwt' | 'opaque',
    readonly credentials: Credentials,
  ) {}

  /** What works now. It uses the code and the refresh tokens. */
  async state(): Promise<AccessState> {
    const { user, app, owned, online, offline, api, code } = this.credentials;
    const silent = await app.browser.open(app.authorizationUrl({ prompt: 'none', client_id: api.id }));
    return {
      access: await api.isActive(online.access_token),
      offlineAccess: await api.isActive(offline.access_token),
      own: await api.isActive(this.credentials.own),
      ownedToken: await api.isActive(this.credentials.ownedToken),
      personal: await api.isActive(this.credentials.personal),
      signature: await this.isSigned(online.access_token),
      consent: (await this.grantor.server.store.consents.find(user.id, app.id)).length > 0,
      apiKey: (await user.call('GET', '/clients')).status === 200,
      session: silent.left?.searchParams.get('error') !== 'login_required',
      ownedApp: (await owned.ownToken({ scope: 'files:read' })).status === 200,
      code: (await app.exchange(code)).status === 200,
      refresh: (await app.refresh(online.refresh_token)).status === 200,
      offlineRefresh: (await app.refresh(offline.refresh_token)).status === 200,
    };
  }

  /** The same access after the secret of the app was rotated. */
  withAppSecret(secret: string): UserAccess {
    const app = this.credentials.app.with({ secret });
    return new UserAccess(this.grantor, this.format, { ...this.credentials, app });
  }

  private async isSigned(token: string): Promise<boolean | null> {
    if (this.format === 'opaque') return null;
    const keys = createRemoteJWKSet(new URL(`${this.grantor.issuer}/oauth2/jwks`));
    return jwtVerify(token, keys).then(
      () => true,
      () => false,
    );
  }
}

/** A new user with every kind of access. */
export async function createUserAccess(grantor: TestServer, format: 'jwt' | 'opaque'): Promise<UserAccess> {
  const user = await addCaller(grantor);
  const metadata = {
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    scopes: ['openid', 'offline_access', 'files:read'],
  };
  const registered = await registerApp(grantor, { ...metadata, access_token_format: format });
  const app = registered.with({ user: user.user });
  const redirect_uris = [app.redirectUri];
  const client = await bodyOf<RegisteredTestClient>(
    user.call('POST', '/clients', { name: 'Their own', redirect_uris, ...metadata }),
    201,
  );
  const owned = TestApp.of(grantor, client, app.redirectUri);
  // A developer's app acts for itself once an administrator has approved its scopes.
  await bodyOf(grantor.api('POST', `/clients/${owned.id}/scopes/approve`));
  return new UserAccess(grantor, format, {
    user,
    app,
    owned,
    api: await registerApp(grantor, { protected_resources: [grantor.issuer] }),
    online: await app.tokens({ scope: 'openid files:read' }),
    offline: await app.tokens({ scope: 'openid offline_access files:read' }),
    code: await app.code({ scope: 'openid files:read' }),
    own: await accessTokenOf(app.ownToken({ scope: 'files:read' })),
    ownedToken: await accessTokenOf(owned.ownToken({ scope: 'files:read' })),
    personal: await accessTokenOf(
      app.post(
        '/oauth2/token',
        { grant_type: 'personal_access_token', scope: 'files:read' },
        { 'x-signature': await xSignatureFor(grantor, user.headers) },
      ),
    ),
  });
}

async function accessTokenOf(responding: Promise<Response>): Promise<string> {
  return (await bodyOf<{ access_token: string }>(responding)).access_token;
}
