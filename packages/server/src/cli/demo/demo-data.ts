import { createAccount } from '../../accounts/create-account.js';
import type { Clock } from '../../crypto/clock.js';
import type { DeploymentKeys } from '../../crypto/deployment-keys.js';
import { sha256 } from '../../crypto/hash.js';
import type { Store } from '../../storage/ports/index.js';

/** The user and the app of the demo. */
export interface Demo {
  readonly user: { readonly username: string; readonly password: string };
  readonly client: { readonly id: string; readonly secret: string };
}

const user = { username: 'ada@example.com', password: 'analytical-engine' };

const CLIENT_ID = 'demo-app';

/**
 * Creates the user and the app of the demo if they do not exist. The secret of the app is derived from the secret of
 * the deployment, so that every start knows it although only its hash is stored.
 */
export async function ensureDemo(
  store: Store,
  clock: Clock,
  { current }: DeploymentKeys,
  { appUrl, apiUrl }: { readonly appUrl: string; readonly apiUrl: string },
): Promise<Demo> {
  const client = { id: CLIENT_ID, secret: current.derive('demo-app-secret').toString('base64url') };
  const now = clock();
  const record = {
    name: 'Paper Trail',
    authenticationMethod: 'client_secret_basic',
    redirectUris: [`${appUrl}/callback`],
    grantTypes: ['authorization_code', 'refresh_token'],
    responseTypes: ['code'],
    scopes: ['openid', 'profile', 'email', 'offline_access', 'files:read'],
    accessTokenFormat: 'jwt',
    idTokenAlgorithm: 'RS256',
    audience: apiUrl,
    compatibility: [],
    metadata: {},
    enabled: true,
    updatedAt: now,
  } as const;
  await Promise.all([
    createAccount(store.accounts, clock, {
      email: user.username,
      password: user.password,
      name: 'Ada Lovelace',
      givenName: 'Ada',
      familyName: 'Lovelace',
      // Every standard claim, so that apps under test get each of them (OpenID Connect Core 1.0 §5.1).
      claims: {
        middle_name: 'King',
        nickname: 'Ada',
        profile: 'https://people.example.com/ada',
        picture: 'https://people.example.com/ada.png',
        website: 'https://ada.example.com',
        gender: 'female',
        birthdate: '1990-12-10', // validators require a plausible date
        zoneinfo: 'Europe/London',
        locale: 'en-GB',
        address: { formatted: '12 St James’s Square\nLondon', locality: 'London', country: 'GB' },
        phone_number: '+442079460018', // a number that Ofcom reserves for fiction
        phone_number_verified: true,
      },
    }),
    store.clients
      .create({
        ...record,
        id: client.id,
        secretHash: sha256(client.secret),
        sealedSecret: null,
        isSuspended: false,
        createdBy: null,
        modifiedBy: null,
        previousSecret: null,
        credentialsVersion: 0,
        scopeRequests: [],
        createdAt: now,
      })
      // An earlier start may have used other ports.
      .then((outcome) => (outcome === 'idTaken' ? store.clients.update(client.id, record) : undefined)),
  ]);
  return { user, client };
}
