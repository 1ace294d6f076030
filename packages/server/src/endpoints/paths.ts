/** The paths of each endpoint below the issuer. Discovery names the first. A compatibility mode adds others. */
export const paths = {
  authorization: ['/oauth2/authorize', '/auth/authorize'],
  token: ['/oauth2/token', '/auth/token'],
  userinfo: ['/oauth2/userinfo', '/auth/userinfo'],
  revocation: ['/oauth2/revoke', '/auth/revoke'],
  introspection: ['/oauth2/introspect', '/auth/introspect'],
  registration: ['/oauth2/register', '/auth/register'],
  registeredClient: ['/oauth2/register/:id', '/auth/register/:id'],
  logout: ['/oauth2/logout', '/auth/logout'],
  checkSession: ['/oauth2/check-session'],
  jwks: ['/oauth2/jwks', '/.well-known/jwks.json'],
  openidConfiguration: ['/.well-known/openid-configuration', '/oauth2/.well-known/openid-configuration'],
  oauthServerMetadata: [
    '/.well-known/oauth-authorization-server',
    '/oauth2/.well-known/oauth-authorization-server',
  ],
  signIn: ['/signin'],
  switchAccount: ['/signin/switch'],
  selectAccount: ['/signin/account'],
  secondFactor: ['/signin/second-factor'],
  passkeySignIn: ['/signin/passkey'],
  emailSignIn: ['/signin/email'],
  emailCode: ['/signin/email/code'],
  emailLink: ['/signin/email/link'],
  stepUp: ['/signin/step-up'],
  enrolment: ['/signin/set-up'],
  providerSignIn: ['/signin/with/:provider'],
  providerCallback: ['/signin/with/:provider/callback'],
  connectProvider: ['/signin/connect'],
  providerLogout: ['/signin/with/:provider/logout'],
  signOut: ['/signout'],
  consent: ['/consent'],
  account: ['/account', '/account/:section'],
  accountAction: ['/account/:section/:action'],
  continueSignIn: ['/signin/continue'],
  continueConsent: ['/consent/continue'],
  continueSignOut: ['/signout/continue'],
  logo: ['/logos/:id'],
  accent: ['/assets/accent/:name'],
  apiReference: ['/api/docs'],
  openApi: ['/api/openapi.json'],
  signUp: ['/sign-up'],
  completeSignUp: ['/sign-up/complete'],
  resetPassword: ['/reset-password'],
  chooseNewPassword: ['/reset-password/choose'],
  changePassword: ['/.well-known/change-password'],
  devMail: ['/dev/mail'],
  health: ['/health'],
  home: ['/'],
} as const satisfies Record<string, readonly [string, ...string[]]>;

/** The logo of the service for mails. Pages load it from an address that changes with it. */
export const MAILED_LOGO = '/assets/logo';

/** The prefix of the management API; its operations have the paths. */
export const API = '/api/';

/** The address of all logos; the ID of the client follows. */
export function logoBase(issuer: string): string {
  return issuer + paths.logo[0].replace('/:id', '');
}

/** The path of the issuer, which prefixes every other path: empty, or `/auth`. */
export function basePathOf(issuer: string): string {
  const { pathname } = new URL(issuer);
  return pathname === '/' ? '' : pathname;
}

/**
 * Where clients of an issuer with a path look for its metadata outside of that path: between host and path
 * (RFC 8414 §3.1), and at the root of the host.
 */
export function metadataPathsOfHost(base: string): readonly string[] {
  return [paths.openidConfiguration[0], paths.oauthServerMetadata[0]].flatMap((path) => [path, path + base]);
}

/**
 * The address of a page that continues an authorization request.
 *
 * @param ticket sealed; undefined without an authorization request
 */
export function addressWith(path: string, ticket: string | undefined): string {
  return ticket === undefined ? path : `${path}?ticket=${ticket}`;
}
