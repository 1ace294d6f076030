import type { AccountRecord, ClientRecord, GrantRecord } from '../storage/ports/index.js';

interface Access {
  readonly client: ClientRecord;
  readonly scopes: readonly string[];
  /** The `aud` of the access token: at least one resource (RFC 8707 §2.2). */
  readonly audience: readonly string[];
}

/** A client that acts for a user, by a grant. */
export interface UserSubject extends Access {
  readonly kind: 'user';
  readonly grant: GrantRecord;
  readonly account: AccountRecord;
}

/** A client that acts for itself (RFC 6749 §4.4). */
export interface ClientSubject extends Access {
  readonly kind: 'client';
}

/** Who tokens are issued for, and what they allow. */
export type Subject = UserSubject | ClientSubject;
