import type { Note } from './audit.port.js';

/** Where a group is managed: by a SCIM client, or in an LDAP directory. Names are unique within each. */
export type GroupOrigin = 'scim' | 'ldap';

/** A group of users. */
export interface GroupRecord {
  readonly id: string;
  readonly origin: GroupOrigin;
  readonly name: string;
  /** Its ID in the system that manages it. */
  readonly externalId: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A group with the IDs of its members, sorted. */
export interface GroupWithMembers {
  readonly group: GroupRecord;
  readonly memberIds: readonly string[];
}

/** A user in a group, or a group of a user, with the name. */
export interface NamedId {
  readonly id: string;
  readonly name: string;
}

/** A change of a group, for the audit event. */
export interface GroupChange {
  readonly before: GroupRecord;
  readonly after: GroupRecord;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

export interface GroupStore {
  find(id: string): Promise<GroupRecord | undefined>;
  /** @param name compared without case */
  findByName(origin: GroupOrigin, name: string): Promise<GroupRecord | undefined>;
  findByExternalId(origin: GroupOrigin, externalId: string): Promise<readonly GroupRecord[]>;
  /** Some of the groups, oldest first, and how many there are. */
  page(
    origin: GroupOrigin,
    offset: number,
    limit: number,
  ): Promise<{ readonly items: readonly GroupRecord[]; readonly total: number }>;
  members(id: string): Promise<readonly NamedId[]>;
  /** The groups of a user, by name. */
  groupsOf(accountId: string): Promise<readonly NamedId[]>;
  /** @returns `nameTaken` if another group of the origin has the name; `unknownMember` if a user does not exist */
  create(
    created: GroupWithMembers,
    note?: Note<GroupWithMembers>,
  ): Promise<'created' | 'nameTaken' | 'unknownMember'>;
  /**
   * @param change called with the current group, which no other unit changes meanwhile. If it throws, the group stays
   *   unchanged. It can be called again, and must have no side effect
   */
  update(
    id: string,
    change: (current: GroupWithMembers) => GroupWithMembers,
    note?: Note<GroupChange>,
  ): Promise<GroupRecord | 'missing' | 'nameTaken' | 'unknownMember'>;
  /** @param inspect called with the group before the deletion; an exception cancels it */
  delete(
    id: string,
    inspect?: (current: GroupWithMembers) => void,
    note?: Note<GroupRecord>,
  ): Promise<'deleted' | 'missing'>;
  /**
   * Makes a user a member of exactly these groups of an origin, in one unit. Groups that do not exist are created.
   *
   * @param groups the records of those that do not exist; found by name
   */
  replaceGroupsOf(accountId: string, origin: GroupOrigin, groups: readonly GroupRecord[]): Promise<void>;
}
