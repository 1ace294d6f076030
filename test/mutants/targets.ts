const SERVER = 'packages/server/src/';
const TESTS = 'packages/server/test/';

/** A security-critical file, and the tests that must notice a change to it. */
export interface Target {
  readonly file: string;
  /** Paths of test files or folders, the most likely to notice first. */
  readonly tests: readonly string[];
}

/** @param tests folders, and files, which end in `.ts` */
function server(tests: readonly string[], files: readonly string[]): readonly Target[] {
  const paths = tests.map((test) => TESTS + (test.endsWith('.ts') ? test : `${test}/`));
  return files.map((file) => ({ file: SERVER + file, tests: paths }));
}

/** Every file whose rules keep an attacker out, with the tests that hold those rules. */
export const targets: readonly Target[] = [
  ...server(
    ['sign-in-throttle', 'sign-in', 'attacks', 'openid-connect-core', 'principals'],
    [
      'accounts/admit-attempt.ts',
      'accounts/known-browsers.ts',
      'accounts/password-sign-in.ts',
      'accounts/passwords.ts',
      'accounts/sign-in.ts',
      'accounts/throttle.ts',
    ],
  ),
  ...server(
    ['second-factor'],
    [
      'accounts/factors/factor-policy.ts',
      'accounts/factors/factor-steps.ts',
      'accounts/factors/recovery-codes.ts',
      'accounts/factors/remembered-devices.ts',
      'accounts/factors/second-factor.ts',
      'accounts/factors/totp-enrolment.ts',
    ],
  ),
  {
    file: `${SERVER}accounts/factors/totp.ts`,
    tests: [`${SERVER}accounts/factors/totp.test.ts`, `${TESTS}second-factor/`],
  },
  ...server(
    ['passkeys/passkeys.test.ts', 'second-factor'],
    [
      'accounts/factors/passkey-challenges.ts',
      'accounts/factors/passkey-responses.ts',
      'accounts/factors/passkey-sign-in.ts',
      'accounts/factors/passkeys.ts',
      'accounts/factors/relying-party.ts',
    ],
  ),
  ...server(
    ['email-sign-in'],
    [
      'accounts/self-service/email-codes.ts',
      'accounts/self-service/email-sign-in.ts',
      'endpoints/destination-page.ts',
      'endpoints/email-sign-in.endpoint.ts',
    ],
  ),
  ...server(
    ['sign-up', 'account'],
    [
      'accounts/self-service/breached-passwords.ts',
      'accounts/self-service/links.ts',
      'accounts/self-service/mail-throttle.ts',
      'accounts/self-service/own-login.ts',
      'accounts/self-service/password-policy.ts',
      'accounts/self-service/sign-up.ts',
    ],
  ),
  ...server(
    ['providers', 'external-identities'],
    [
      'accounts/external-identity.ts',
      'accounts/linked-identities.ts',
      'accounts/provider-sessions.ts',
      'upstream/github-provider.ts',
      'upstream/openid-issuer.ts',
      'upstream/openid-metadata.ts',
      'upstream/openid-provider.ts',
      'upstream/openid-tokens.ts',
      'upstream/pending-identities.ts',
      'upstream/provider-states.ts',
      'upstream/token-request.ts',
      'endpoints/provider-logout.endpoint.ts',
      'endpoints/provider-sign-out.ts',
      'endpoints/sign-out-return.ts',
    ],
  ),
  ...server(
    ['ldap/ldap.test.ts', 'ldap/settings.test.ts'],
    [
      'accounts/directory-sign-in.ts',
      'ldap/ldap-connection.ts',
      'ldap/ldap-directory.ts',
      'ldap/ldap-filter.ts',
      'ldap/ldap-settings.ts',
    ],
  ),
  ...server(
    ['import'],
    [
      'accounts/imported-hashes/argon2.ts',
      'accounts/imported-hashes/bcrypt.ts',
      'accounts/imported-hashes/imported-hash.ts',
      'accounts/imported-hashes/pbkdf2.ts',
      'accounts/imported-hashes/scrypt.ts',
    ],
  ),
  ...server(
    ['scim'],
    ['scim/filter.ts', 'scim/matches.ts', 'scim/patch.ts', 'scim/read-resource.ts', 'scim/scim-operation.ts'],
  ),
  ...server(
    ['sign-in-hook'],
    [
      'api/hook-operations.ts',
      'authorization/hooks.ts',
      'endpoints/hook-answer.ts',
      'endpoints/consent-hook.endpoint.ts',
      'endpoints/sign-in-hook.endpoint.ts',
    ],
  ),
  ...server(
    [
      'tickets',
      'consent',
      'authorize',
      'attacks',
      'token',
      'openid-connect-core',
      'sign-in',
      'resource-indicators',
      'bad-input',
    ],
    [
      'authorization/claims.check.ts',
      'authorization/decide.ts',
      'authorization/flow.ts',
      'authorization/grant-by-redirect.ts',
      'authorization/id-token-hint.check.ts',
      'authorization/max-age.check.ts',
      'authorization/native-client.ts',
      'authorization/nonce.check.ts',
      'authorization/open-request.ts',
      'authorization/pkce.check.ts',
      'authorization/policy.check.ts',
      'authorization/prompt.check.ts',
      'authorization/redirect.check.ts',
      'authorization/resource.check.ts',
      'authorization/response-type.check.ts',
      'authorization/scope.check.ts',
      'authorization/self-registered.check.ts',
      'authorization/standing-consent.ts',
      'authorization/ticket.ts',
    ],
  ),
  ...server(
    ['request-object', 'client-keys'],
    ['authorization/request-object.ts', 'authorization/request-objects.ts', 'authorization/request-uri.ts'],
  ),
  ...server(
    [
      'client-assertion',
      'bad-input/assertions.test.ts',
      'token',
      'client-credentials',
      'client-credentials-rotation',
    ],
    [
      'protocol/authorization-header.ts',
      'client-auth/authenticate.ts',
      'client-auth/client-assertion.ts',
      'client-auth/client-secret-basic.ts',
      'client-auth/client-secret-jwt.ts',
      'client-auth/client-secret-post.ts',
      'client-auth/none.ts',
      'client-auth/private-key-jwt.ts',
      'clients/secret.ts',
    ],
  ),
  ...server(
    ['registration', 'registration-management', 'clients-api', 'protocol-policy', 'scopes'],
    [
      'clients/metadata/rules.ts',
      'validation/urls.ts',
      'clients/protocol-policy.ts',
      'scopes/approval.ts',
      'scopes/client-scopes.ts',
    ],
  ),
  ...server(['consent', 'refresh', 'token', 'authorization-code'], ['grants/granted-access.ts']),
  ...server(
    ['token', 'refresh', 'attacks', 'authorization-code', 'client-credentials', 'personal-access-token'],
    [
      'grants/authorization-code.grant.ts',
      'grants/sealed-responses.ts',
      'grants/client-credentials.grant.ts',
      'compat/docspace/personal-access-token.grant.ts',
      'grants/refresh-token.grant.ts',
    ],
  ),
  ...server(
    ['token', 'introspection', 'revocation', 'rp-initiated-logout', 'attacks'],
    ['issuance/access-token-reader.ts', 'issuance/id-token-hint.ts', 'endpoints/introspection.endpoint.ts'],
  ),
  ...server(
    ['principals', 'api-keys', 'clients-api'],
    [
      'api-keys/new-api-key.ts',
      'api/requested-user.ts',
      'principals/access-token.ts',
      'principals/api-key.ts',
      'principals/authenticate-caller.ts',
      'principals/principal.ts',
      'principals/same-origin.ts',
      'principals/session.ts',
      'compat/docspace/signed-caller.ts',
      'compat/docspace/x-signature.ts',
    ],
  ),
  ...server(
    ['attacks', 'sign-in', 'issuer-path', 'session-management', 'cors', 'limits', 'consent', 'tickets'],
    ['http/address.ts', 'http/browser.ts', 'endpoints/allowed-origins.ts'],
  ),
  ...server(
    ['outbound', 'client-keys'],
    [
      'outbound/create-outbound.ts',
      'outbound/public-address.ts',
      'outbound/read-body.ts',
      'outbound/target.ts',
    ],
  ),
  ...server(
    ['rp-initiated-logout', 'back-channel-logout', 'registration'],
    ['logout/back-channel.ts', 'logout/logout-request.check.ts'],
  ),
  ...server(
    ['deployment-secret', 'attacks', 'principals', 'client-credentials-rotation'],
    ['crypto/deployment-keys.ts', 'crypto/rsa-bounds.ts', 'crypto/seal.ts'],
  ),
  ...server(
    ['storage', 'refresh', 'token', 'attacks', 'what-ends-what'],
    [
      'storage/sql/codes.sql.ts',
      'storage/sql/consents.sql.ts',
      'storage/sql/grants.sql.ts',
      'storage/sql/refresh-tokens.sql.ts',
      'storage/sql/sessions.sql.ts',
      'storage/sql/spent-tickets.sql.ts',
    ],
  ),
  ...server(
    ['limits', 'sign-in-throttle', 'memory'],
    [
      'throttling/address-limit.ts',
      'throttling/exact-limits.ts',
      'throttling/fair-queue.ts',
      'throttling/network-of.ts',
      'throttling/settled-limits.ts',
      'throttling/window-table.ts',
    ],
  ),
  ...server(['connections', 'http'], ['http/connections.ts', 'http/request-queue.ts', 'http/body-budget.ts']),
  {
    file: 'packages/server/src/protocol/parameters.ts',
    tests: ['packages/server/src/protocol/parameters.test.ts'],
  },
  ...['claims.ts', 'jwt.ts', 'key-set.ts', 'pkce.ts', 'url.ts'].map((name) => ({
    file: `packages/protocol/src/${name}`,
    tests: ['packages/protocol/', 'packages/guard/'],
  })),
  {
    file: 'packages/server/src/protocol/redirect-uri.ts',
    tests: ['packages/server/src/protocol/redirect-uri.test.ts'],
  },
  ...['access-token.ts', 'create-guard.ts', 'key-set.ts', 'bearer-token.ts'].map((name) => ({
    file: `packages/guard/src/${name}`,
    tests: ['packages/guard/'],
  })),
  ...['authorization-response.ts', 'id-token.ts', 'transaction.ts', 'private-key-jwt.ts'].map((name) => ({
    file: `packages/client/src/${name}`,
    tests: ['packages/client/'],
  })),
];
