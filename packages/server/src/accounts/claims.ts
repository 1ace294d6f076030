import type { AccountRecord } from '../storage/ports/index.js';

/** Claims about a person, by the scope that asks for them (OpenID Connect Core 1.0 §5.4). */
export const claimsByScope: Record<string, Record<string, (account: AccountRecord) => unknown>> = {
  openid: {
    sub: (account) => account.id,
  },
  profile: {
    name: (account) => account.name,
    given_name: (account) => account.givenName,
    family_name: (account) => account.familyName,
    preferred_username: (account) => account.username,
    updated_at: (account) => account.updatedAt,
  },
  email: {
    email: (account) => account.email,
    email_verified: (account) => (account.email === null ? null : account.emailVerified),
  },
};

/**
 * What these scopes may know of a person. Claims without a value are left out
 * (OpenID Connect Core 1.0 §5.3.2).
 */
export function claimsFor(account: AccountRecord, scopes: readonly string[]): Record<string, unknown> {
  const claims: Record<string, unknown> = {};
  for (const scope of scopes) {
    if (!Object.hasOwn(claimsByScope, scope)) continue;
    for (const [name, read] of Object.entries(claimsByScope[scope] ?? {})) {
      const value = read(account);
      if (value !== null) claims[name] = value;
    }
  }
  return claims;
}
