import type { CreateEvent, EventDetails } from '../../audit/events.js';
import type { Clock } from '../../crypto/clock.js';
import type {
  AccountRecord,
  AccountStore,
  AccountToImport,
  ExistingUsers,
  ImportOutcome,
  ImportProgress,
  ImportStore,
} from '../../storage/ports/index.js';
import { type ImportedAccountFields, importedAccountSchema } from '../account-fields.js';
import { changeEvent, changesOf, creationEvent } from '../account-management.js';
import { newAccountRecord } from '../create-account.js';
import { readHash } from '../imported-hashes/imported-hash.js';
import { normalizeUsername } from '../username.js';
import { type ImportFormat, importFormats } from './formats.js';
import type { ImportRecord, RecordRefusal } from './import-record.js';

/** How many records are committed together. */
const BATCH = 200;

/**
 * The most schemes of imported hashes in a database. Each sign-in verifies one hash of each, so that its duration does not
 * show which accounts exist.
 */
export const MOST_SCHEMES = 4;

export interface ImportDependencies {
  readonly imports: ImportStore;
  readonly accounts: Pick<AccountStore, 'importedSchemes'>;
  readonly clock: Clock;
  readonly createEvent: CreateEvent;
}

export interface ImportRequest {
  /** Names the file with its options: a run with the same ID continues where the one before stopped. */
  readonly id: string;
  readonly format: ImportFormat;
  readonly existing: ExistingUsers;
  /** Whether to check everything and write nothing. */
  readonly isDryRun: boolean;
  /** The actor of the audit events. */
  readonly actor: EventDetails['actor'];
  /** Called after each batch. */
  readonly onProgress: (progress: ImportProgress) => void;
  /** Called for each record that was refused, in order. */
  readonly onRefused: (line: number, refusals: readonly RecordRefusal[]) => void;
}

export interface ImportResult extends ImportProgress {
  /** How many records an earlier run had done. */
  readonly continuedAfter: number;
}

type Checked =
  | { readonly line: number; readonly user: AccountToImport }
  | { readonly line: number; readonly refusals: readonly RecordRefusal[] };

const nothing: ImportProgress = { records: 0, created: 0, updated: 0, skipped: 0, refused: 0 };

/**
 * Imports the users of a file. It holds one batch at a time.
 *
 * @throws ImportFileError if the file cannot be read any further; the batches before are committed
 */
export async function importUsers(
  dependencies: ImportDependencies,
  text: AsyncIterable<string>,
  request: ImportRequest,
): Promise<ImportResult> {
  const { imports, accounts } = dependencies;
  const { id, existing, isDryRun, onProgress, onRefused } = request;
  const check = checkRecords(dependencies, request, new Set(await accounts.importedSchemes()));
  const earlier = (isDryRun ? undefined : await imports.progress(id)) ?? nothing;
  let progress = earlier;

  async function commit(batch: readonly Checked[]): Promise<void> {
    const users = batch.flatMap((each) => ('user' in each ? [each.user] : []));
    const after = (outcomes: readonly ImportOutcome[]) =>
      added(progress, outcomes, batch.length - users.length);
    const outcomes = isDryRun
      ? await imports.preview(users, existing)
      : await imports.commit(id, users, existing, after, dependencies.clock());
    progress = after(outcomes);
    const remaining = [...outcomes];
    for (const each of batch) {
      const refusals = 'refusals' in each ? each.refusals : refusalsOf(remaining.shift());
      if (refusals.length > 0) onRefused(each.line, refusals);
    }
    onProgress(progress);
  }

  for await (const batch of batchesOf(importFormats[request.format](text), earlier.records, check)) {
    await commit(batch);
  }
  if (!isDryRun) await imports.finish(id);
  return { ...progress, continuedAfter: earlier.records };
}

/** Batches in which no login occurs twice: the second of two records finds what the first one wrote. */
async function* batchesOf(
  records: AsyncIterable<ImportRecord>,
  done: number,
  check: (record: ImportRecord) => Checked,
): AsyncGenerator<readonly Checked[], void> {
  let position = 0;
  let batch: Checked[] = [];
  const logins = new Set<string>();
  for await (const record of records) {
    position += 1;
    if (position <= done) continue;
    const checked = check(record);
    const own = 'user' in checked ? [checked.user.account.username, checked.user.account.email] : [];
    if (batch.length === BATCH || own.some((login) => login !== null && logins.has(login))) {
      yield batch;
      batch = [];
      logins.clear();
    }
    batch.push(checked);
    for (const login of own) if (login !== null) logins.add(login);
  }
  if (batch.length > 0) yield batch;
}

function checkRecords(
  { clock, createEvent }: ImportDependencies,
  { actor }: ImportRequest,
  schemes: Set<string>,
): (record: ImportRecord) => Checked {
  const event = (details: Omit<EventDetails, 'actor'>) =>
    createEvent({ ...details, ...(actor === undefined ? {} : { actor }), via: 'command_line' });

  /** @returns the hash to store; a refusal otherwise */
  function hashOf(text: string): string | RecordRefusal {
    const field = 'password_hash';
    const read = readHash(text);
    if ('refused' in read) return { field, reason: read.refused };
    if (!schemes.has(read.scheme) && schemes.size >= MOST_SCHEMES) {
      return {
        field,
        reason: `must have the algorithm and costs of another hash: ${MOST_SCHEMES} kinds are in use`,
      };
    }
    schemes.add(read.scheme);
    return read.stored;
  }

  return (record) => {
    const { line } = record;
    if ('refusal' in record) return { line, refusals: [record.refusal] };
    const read = importedAccountSchema.safeParse(record.fields);
    if (!read.success) return { line, refusals: refusalsIn(read.error.issues) };
    const { password_hash: text, ...fields } = read.data;
    const hash = text === undefined ? null : hashOf(text);
    if (hash !== null && typeof hash !== 'string') return { line, refusals: [hash] };
    const now = clock();
    const account = newAccountRecord(
      { ...fields, email_verified: fields.email_verified ?? false },
      hash,
      now,
    );
    return {
      line,
      user: {
        account,
        changes: (before) => changesByFile(before, fields, hash, now),
        note: ({ before, after }) =>
          event(before === undefined ? creationEvent(after) : changeEvent(before, after)),
      },
    };
  };
}

/** The changes of a user who exists. A field that the file does not have keeps its value. */
function changesByFile(
  before: AccountRecord,
  fields: Omit<ImportedAccountFields, 'password_hash'>,
  hash: string | null,
  now: number,
) {
  // The other system may let anyone register the address of an administrator.
  if (before.isAdmin) return 'administrator' as const;
  if (!mayChangeSignIn(before, fields, hash !== null)) return 'unverified' as const;
  const isNewEmail = fields.email !== undefined && normalizeUsername(fields.email) !== before.email;
  // An address that was verified here stays so, whatever another system knows of it.
  const emailVerified = fields.email_verified === true || (isNewEmail ? false : undefined);
  return changesOf(before, { ...fields, email_verified: emailVerified }, hash ?? undefined, now);
}

/**
 * Whether a record may change how a user with a verified address signs in. In the other system, anyone may have registered
 * the address without proof, or as a username: otherwise they would get the account.
 */
function mayChangeSignIn(
  before: AccountRecord,
  { username, email, email_verified: isVerified }: Omit<ImportedAccountFields, 'password_hash'>,
  hasHash: boolean,
): boolean {
  const address = email === undefined ? undefined : normalizeUsername(email);
  if (!before.emailVerified || (address === undefined && !hasHash)) return true;
  if (address === before.email) return isVerified === true || !hasHash;
  const name = username === undefined ? '' : normalizeUsername(username);
  const isSameUser = name === before.username && !name.includes('@');
  return isSameUser && (address === undefined || isVerified === true || !hasHash);
}

function added(
  { records, created, updated, skipped, refused }: ImportProgress,
  outcomes: readonly ImportOutcome[],
  alreadyRefused: number,
): ImportProgress {
  const count = (wanted: ImportOutcome) => outcomes.filter((outcome) => outcome === wanted).length;
  const accepted = [count('created'), count('updated'), count('skipped')] as const;
  const rejected = outcomes.length - accepted[0] - accepted[1] - accepted[2];
  return {
    records: records + outcomes.length + alreadyRefused,
    created: created + accepted[0],
    updated: updated + accepted[1],
    skipped: skipped + accepted[2],
    refused: refused + rejected + alreadyRefused,
  };
}

const reasons: Readonly<Record<ImportOutcome, RecordRefusal | undefined>> = {
  created: undefined,
  updated: undefined,
  skipped: undefined,
  refused: { field: null, reason: 'exists. Use --existing skip or --existing update' },
  ambiguous: { field: 'email', reason: 'belongs to another user than the username' },
  administrator: {
    field: null,
    reason: 'belongs to an administrator, whom an import does not change. Use grantor accounts update',
  },
  unverified: {
    field: 'email_verified',
    reason:
      'must be true, with the email address of the user, to change how a user with a verified address signs in',
  },
};

function refusalsOf(outcome: ImportOutcome | undefined): readonly RecordRefusal[] {
  const refusal = outcome && reasons[outcome];
  return refusal === undefined ? [] : [refusal];
}

/** The most refusals of one record. */
const MOST_REFUSALS = 10;

interface Issue {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function refusalsIn(issues: readonly Issue[]): readonly RecordRefusal[] {
  return issues.slice(0, MOST_REFUSALS).map(({ code, path, message }) => ({
    field: path.length === 0 ? null : path.map(String).join('.'),
    reason: code === 'unrecognized_keys' ? 'has fields that are not of this format' : message,
  }));
}
