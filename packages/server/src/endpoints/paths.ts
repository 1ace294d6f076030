/** Where each endpoint answers, below the issuer; the first is the one that discovery names. */
export const paths = {
  authorization: ['/oauth2/authorize', '/auth/authorize'],
  token: ['/oauth2/token', '/auth/token'],
  userinfo: ['/oauth2/userinfo', '/auth/userinfo'],
  revocation: ['/oauth2/revoke', '/auth/revoke'],
  jwks: ['/oauth2/jwks', '/.well-known/jwks.json'],
  openidConfiguration: ['/.well-known/openid-configuration'],
  oauthServerMetadata: ['/.well-known/oauth-authorization-server'],
  signIn: ['/signin'],
  switchAccount: ['/signin/switch'],
  selectAccount: ['/signin/account'],
  consent: ['/consent'],
  clients: ['/api/2.0/clients'],
  client: ['/api/2.0/clients/:id'],
  health: ['/health'],
  home: ['/'],
} as const satisfies Record<string, readonly [string, ...string[]]>;
