import type { Note } from './audit.port.js';
import type { ClientRecord } from './client-record.js';
import type { Page, PageRequest } from './page.js';

/** What people read, by language tag (BCP 47); `en` is always there. */
export type LocalTexts = Readonly<Record<string, LocalText>>;

export interface LocalText {
  readonly title: string;
  readonly description?: string | undefined;
}

export type ScopeType = 'read' | 'write';

/** Scopes that belong together. */
export interface ScopeGroupRecord {
  readonly name: string;
  /** Whether whoever may write may read as well. */
  readonly writeImpliesRead: boolean;
  readonly texts: LocalTexts;
}

/** A scope that the operator defined. */
export interface ScopeRecord {
  readonly name: string;
  readonly group: string;
  readonly type: ScopeType;
  readonly texts: LocalTexts;
  /** The resource that it is good at alone (RFC 8707); null for one that is good everywhere. */
  readonly resource: string | null;
  /** Whether an administrator must give it to an app, so that no developer can. */
  readonly needsApproval: boolean;
}

/** The scopes of this deployment, which the operator may change at any time. */
export interface ScopeStore {
  /** All of them, as they were at one moment. */
  load(): Promise<{ readonly groups: readonly ScopeGroupRecord[]; readonly scopes: readonly ScopeRecord[] }>;
  create(scope: ScopeRecord, note?: Note<ScopeRecord>): Promise<'created' | 'nameTaken' | 'groupMissing'>;
  /**
   * @param change called with the scope as it is, which nothing else changes meanwhile; what it throws leaves it
   *   so. It may be called again, and has no effect but its result
   * @param note called with the scope as it is afterwards
   */
  update(
    name: string,
    change: (scope: ScopeRecord) => ScopeRecord,
    note?: Note<ScopeRecord>,
  ): Promise<ScopeRecord | 'missing' | 'groupMissing'>;
  /** @param note called with the scope as it was; what it throws leaves it there */
  delete(name: string, note?: Note<ScopeRecord>): Promise<'deleted' | 'missing'>;
  /** @param change called with the group as it is, or with nothing where there is none yet */
  putGroup(
    name: string,
    change: (group: ScopeGroupRecord | undefined) => ScopeGroupRecord,
    note?: Note<ScopeGroupRecord>,
  ): Promise<ScopeGroupRecord>;
  /** @param note called with the group as it was; what it throws leaves it there */
  deleteGroup(name: string, note?: Note<ScopeGroupRecord>): Promise<'deleted' | 'missing' | 'inUse'>;
  /** How many clients are registered for this scope by name. */
  countClients(name: string): Promise<number>;
  /** The clients for which a scope waits, the one that waits longest first. */
  listWaiting(page: PageRequest): Promise<Page<ClientRecord>>;
}
