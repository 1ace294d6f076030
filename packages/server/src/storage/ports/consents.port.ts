import type { AccountRecord } from './accounts.port.js';
import type { Note } from './audit.port.js';
import type { ClientRecord } from './client-record.js';

/** One thing that a user allowed: a scope at a resource, or what belongs to no resource. */
export interface ConsentItem {
  /** The resource; null for identity scopes and claims, which belong to the issuer's userinfo endpoint. */
  readonly resource: string | null;
  /** The name of a scope, or another name of `consents/consent-items.ts`. */
  readonly name: string;
}

/** A consent item that a user allows now. */
export interface NewConsentItem extends ConsentItem {
  /**
   * How long consent to it lasts, in seconds: an older one is allowed again now, and any other keeps its time. Undefined if
   * it lasts until it is revoked.
   */
  readonly seconds?: number | undefined;
}

/** What a user has allowed a client, and when that last changed. */
export interface ConsentRecord {
  readonly accountId: string;
  readonly clientId: string;
  readonly items: readonly AllowedItem[];
  /** Seconds since the epoch. */
  readonly modifiedAt: number;
}

/** A consent item with when it was allowed. */
export interface AllowedItem extends ConsentItem {
  /** Seconds since the epoch. */
  readonly allowedAt: number;
}

/** A place in a list of consents, the last changed first: the last one seen. */
export interface ConsentCursor {
  readonly modifiedAt: number;
  /** The client in a user's list, the user in a client's list; '' for all that are older than `modifiedAt`. */
  readonly id: string;
}

export interface ConsentPageRequest {
  readonly limit: number;
  /** Null for the first page. */
  readonly after: ConsentCursor | null;
}

export interface ConsentPage<T> {
  readonly items: readonly T[];
  /** Null on the last page. */
  readonly next: ConsentCursor | null;
}

/** Since when an app has access, and when it last used it. */
export interface AppUse {
  /** Seconds since the epoch; null where the user allowed nothing. */
  readonly allowedAt: number | null;
  /** When it last got tokens; null once they have expired and are purged. */
  readonly lastUsedAt: number | null;
}

/** What was revoked with a consent. */
export interface WithdrawnConsent {
  readonly items: readonly ConsentItem[];
  /** The grants of the user to the client. */
  readonly grantIds: readonly string[];
}

export interface ConsentStore {
  /** What the user has allowed this client. */
  find(accountId: string, clientId: string): Promise<readonly ConsentItem[]>;
  /** The same with the time of each item, in the order of these times. */
  inspect(accountId: string, clientId: string): Promise<readonly AllowedItem[]>;
  /** What a user has allowed, the last changed first. */
  listOfAccount(
    accountId: string,
    page: ConsentPageRequest,
  ): Promise<ConsentPage<ConsentRecord & { readonly client: ClientRecord }>>;
  /** The use of each client that a user allowed something, by its ID. */
  usesOfAccount(accountId: string): Promise<ReadonlyMap<string, AppUse>>;
  /** What users have allowed a client, the last changed first. */
  listOfClient(
    clientId: string,
    page: ConsentPageRequest,
  ): Promise<ConsentPage<ConsentRecord & { readonly account: AccountRecord }>>;
  /** Adds items to the consent. */
  add(accountId: string, clientId: string, items: readonly NewConsentItem[], now: number): Promise<void>;
  /**
   * Withdraws the consent and, in the same unit, revokes all grants of this user to this client, whatever their origin.
   *
   * @param note the audit event of it, in the same unit
   * @returns `missing` where there was no consent and no grant
   */
  withdraw(
    accountId: string,
    clientId: string,
    now: number,
    note?: Note<WithdrawnConsent>,
  ): Promise<'withdrawn' | 'missing'>;
}
