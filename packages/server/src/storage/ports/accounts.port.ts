/** A person who can sign in. */
export interface AccountRecord {
  /** The `sub` of their tokens: never reused, never changed. */
  readonly id: string;
  /** What they sign in with, in its normal form (`accounts/username.ts`). */
  readonly username: string;
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly name: string;
  readonly givenName: string | null;
  readonly familyName: string | null;
  /** Other standard claims, by name, with what the person or the operator gave for them (OpenID Connect Core 1.0 §5.1). */
  readonly claims: Readonly<Record<string, unknown>>;
  /** argon2id, in its encoded form; null where there is no password to sign in with. */
  readonly passwordHash: string | null;
  readonly isAdmin: boolean;
  /** Seconds since the epoch; null while the account is in use. */
  readonly disabledAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface AccountStore {
  find(id: string): Promise<AccountRecord | undefined>;
  /** @param login a username or an email address, in its normal form */
  findByLogin(login: string): Promise<AccountRecord | undefined>;
  /** @returns `usernameTaken` when somebody else already signs in with its username or its email address */
  create(account: AccountRecord): Promise<'created' | 'usernameTaken'>;
  /** @param passwordHash argon2id, in its encoded form */
  setPassword(id: string, passwordHash: string, now: number): Promise<'changed' | 'missing'>;
  /** Disables (with a time) or enables (with null) the account. */
  setDisabled(id: string, disabledAt: number | null, now: number): Promise<'changed' | 'missing'>;
}
