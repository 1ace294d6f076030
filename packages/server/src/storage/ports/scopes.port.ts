import type { Note } from './audit.port.js';
import type { ClientRecord } from './client-record.js';
import type { Page, PageRequest } from './page.js';

/** Texts for users by language tag (BCP 47). `en` is required. */
export type LocalTexts = Readonly<Record<string, LocalText>>;

export interface LocalText {
  readonly title: string;
  readonly description?: string | undefined;
}

export type ScopeType = 'read' | 'write';

/** Scopes that belong together. */
export interface ScopeGroupRecord {
  readonly name: string;
  /** Whether the write scope includes the read scope. */
  readonly writeImpliesRead: boolean;
  readonly texts: LocalTexts;
}

/** A scope that the operator defined. */
export interface ScopeRecord {
  readonly name: string;
  readonly group: string;
  readonly type: ScopeType;
  readonly texts: LocalTexts;
  /** The only resource that it is valid at (RFC 8707); null for all resources. */
  readonly resource: string | null;
  /** Whether only an administrator can give it to an app. */
  readonly needsApproval: boolean;
  /** Whether users can leave it out when they allow an app the rest. */
  readonly isOptional: boolean;
  /** How long consent to it lasts, in seconds; 0 for as long as the deployment allows. */
  readonly consentSeconds: number;
}

/** The scopes of this deployment. The operator can change them at any time. */
export interface ScopeStore {
  /** All scopes and groups, as of one moment. */
  load(): Promise<{ readonly groups: readonly ScopeGroupRecord[]; readonly scopes: readonly ScopeRecord[] }>;
  create(scope: ScopeRecord, note?: Note<ScopeRecord>): Promise<'created' | 'nameTaken' | 'groupMissing'>;
  /**
   * @param change called with the current scope, which no other unit changes meanwhile. An error that it throws leaves the
   *   scope unchanged. It can be called again, and must have no side effect
   * @param note the audit event of it, in the same unit; called with the changed scope
   */
  update(
    name: string,
    change: (scope: ScopeRecord) => ScopeRecord,
    note?: Note<ScopeRecord>,
  ): Promise<ScopeRecord | 'missing' | 'groupMissing'>;
  /** @param note called with the scope as it was; an error that it throws cancels the deletion */
  delete(name: string, note?: Note<ScopeRecord>): Promise<'deleted' | 'missing'>;
  /** @param change called with the current group, or with undefined where there is none */
  putGroup(
    name: string,
    change: (group: ScopeGroupRecord | undefined) => ScopeGroupRecord,
    note?: Note<ScopeGroupRecord>,
  ): Promise<ScopeGroupRecord>;
  /** @param note called with the group as it was; an error that it throws cancels the deletion */
  deleteGroup(name: string, note?: Note<ScopeGroupRecord>): Promise<'deleted' | 'missing' | 'inUse'>;
  /** How many clients are registered for this scope by name. */
  countClients(name: string): Promise<number>;
  /** The clients that wait for the approval of a scope, the longest wait first. */
  listWaiting(page: PageRequest): Promise<Page<ClientRecord>>;
}
