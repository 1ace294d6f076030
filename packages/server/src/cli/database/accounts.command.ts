import { userInfo } from 'node:os';
import { Command } from 'commander';
import type { z } from 'zod';
import {
  type AccountChangeFields,
  accountChangesSchema,
  newAccountSchema,
} from '../../accounts/account-fields.js';
import type { AccountChanger } from '../../accounts/account-management.js';
import { representAccount, representEnded } from '../../accounts/account-representation.js';
import { representRemoved } from '../../accounts/factors/factor-reset.js';
import { normalizeUsername } from '../../accounts/username.js';
import { fieldProblemsOf } from '../../api/read-json.js';
import { type OpenedAccounts, openAccounts } from '../../compose/account-management.js';
import type { AccountRecord } from '../../storage/ports/index.js';
import { invite } from '../api/invite.command.js';
import { withExamples } from '../examples.js';
import { exitCodes } from '../exit-codes.js';
import { StartError } from '../start-error.js';
import { formatTable, formatTime } from '../table.js';
import { type AccountOptions, fieldsOf, withAccountOptions } from './account-options.js';
import { type DatabaseOptions, databaseCommand, print, withDatabase } from './database-command.js';
import { importAccounts } from './import.command.js';

/** How many accounts are read at a time. */
const PAGE = 200;

export const accounts = withExamples(
  new Command('accounts').description('manage user accounts in the database'),
  "grantor accounts create --email ada@example.com --name 'Ada Lovelace' --admin",
  'grantor accounts disable ada@example.com',
)
  .addCommand(
    withAccountOptions(
      databaseCommand(
        'create',
        'create a user',
        "grantor accounts create --email ada@example.com --name 'Ada Lovelace'",
      ),
      'new',
    ).action(async (options: AccountOptions & DatabaseOptions) => {
      const fields = check(newAccountSchema, await fieldsOf(options));
      await manage(options, async (opened) => {
        show(options, accepted(await opened.create(fields, by(opened))));
      });
    }),
  )
  .addCommand(importAccounts)
  .addCommand(invite)
  .addCommand(
    databaseCommand('list', 'list the users, newest first', 'grantor accounts list').action(
      async (options: DatabaseOptions) => {
        const listed = await manage(options, allAccounts);
        print(options, listed.map(representAccount), () =>
          formatTable(
            ['login', 'name', 'status', 'created', 'id'],
            listed.map((account) => [
              account.username,
              account.name,
              statusOf(account),
              formatTime(account.createdAt),
              account.id,
            ]),
          ),
        );
      },
    ),
  )
  .addCommand(
    onUser('show', 'show a user', 'grantor accounts show ada@example.com').action(
      async (user: string, options: DatabaseOptions) =>
        manage(options, async (opened) => show(options, await find(opened, user))),
    ),
  )
  .addCommand(
    withAccountOptions(
      onUser(
        'update',
        'change a user; an empty text removes a field',
        'grantor accounts update ada@example.com --admin',
      ),
      'known',
    ).action(async (user: string, options: AccountOptions & DatabaseOptions) =>
      change(user, options, await fieldsOf(options)),
    ),
  )
  .addCommand(
    onUser(
      'disable',
      'disable a user and end all their grants to apps',
      'grantor accounts disable ada@example.com',
    ).action((user: string, options: DatabaseOptions) => change(user, options, { disabled: true })),
  )
  .addCommand(
    onUser('enable', 'enable a disabled user', 'grantor accounts enable ada@example.com').action(
      (user: string, options: DatabaseOptions) => change(user, options, { disabled: false }),
    ),
  )
  .addCommand(
    onUser(
      'end-access',
      'end the sessions, grants, API keys and the own tokens of the apps of a user',
      'grantor accounts end-access ada@example.com',
    ).action(async (user: string, options: DatabaseOptions) =>
      manage(options, async (opened) => {
        const { id } = await find(opened, user);
        const outcome = await opened.endAccess(id, by(opened));
        if (outcome === 'missing') throw refusalOf(outcome);
        const ended = representEnded(outcome);
        print(options, { id, ...ended }, () =>
          formatTable(
            ['ended', 'count'],
            Object.entries(ended).map(([name, count]) => [name, String(count)]),
          ),
        );
      }),
    ),
  )
  .addCommand(
    onUser(
      'reset-factors',
      'remove the authenticator app, passkeys, recovery codes and remembered devices of a user',
      'grantor accounts reset-factors ada@example.com',
    ).action(async (user: string, options: DatabaseOptions) =>
      manage(options, async (opened) => {
        const { id } = await find(opened, user);
        const outcome = await opened.resetFactors(id, by(opened));
        if (outcome === 'missing') throw refusalOf(outcome);
        const removed = representRemoved(outcome);
        print(options, { id, ...removed }, () =>
          formatTable(
            ['removed', 'value'],
            Object.entries(removed).map(([name, value]) => [name, String(value)]),
          ),
        );
      }),
    ),
  )
  .addCommand(
    onUser(
      'delete',
      'delete a user and disable the apps that they registered',
      'grantor accounts delete ada@example.com',
    ).action(async (user: string, options: DatabaseOptions) =>
      manage(options, async (opened) => {
        const { id } = await find(opened, user);
        const outcome = await opened.delete(id, by(opened));
        if (outcome !== 'deleted') throw refusalOf(outcome);
        print(options, { id, outcome }, () => outcome);
      }),
    ),
  );

function onUser(name: string, description: string, example: string): Command {
  return databaseCommand(name, description, example).argument(
    '<user>',
    'a username, an email address or an ID',
  );
}

async function change(user: string, options: DatabaseOptions, input: unknown): Promise<void> {
  const fields = check(accountChangesSchema, input);
  await manage(options, async (opened) => {
    const { id } = await find(opened, user);
    show(options, accepted(await opened.update(id, fields, by(opened))));
    if (options.json !== true) suggestEndingAccess(user, fields);
  });
}

/** A new password ends sessions only. Grants and keys of an intruder would stay. */
function suggestEndingAccess(user: string, { password, end_access: ended }: AccountChangeFields): void {
  if (password === undefined || ended === true) return;
  console.error(
    'Sessions have ended. Grants to apps and API keys stay. If the password was stolen, end them too:\n' +
      `  grantor accounts end-access ${user}`,
  );
}

async function find({ accounts: store }: OpenedAccounts, user: string): Promise<AccountRecord> {
  const account = (await store.find(user)) ?? (await store.findByLogin(normalizeUsername(user)));
  if (account === undefined)
    throw new StartError('No user has this username, email address or ID.', {
      exitCode: exitCodes.notFound,
    });
  return account;
}

async function allAccounts({ accounts: store }: OpenedAccounts): Promise<readonly AccountRecord[]> {
  const all: AccountRecord[] = [];
  let page = await store.list({ limit: PAGE, after: null });
  all.push(...page.items);
  while (page.next !== null) {
    page = await store.list({ limit: PAGE, after: page.next });
    all.push(...page.items);
  }
  return all;
}

/** A command acts as the operator, with the name of the system user. */
function by({ createEvent }: OpenedAccounts): AccountChanger {
  const actor = { type: 'operator', id: null, name: userInfo().username } as const;
  return { event: (details) => createEvent({ ...details, actor, via: 'command_line' }) };
}

/** @throws StartError with every invalid field */
function check<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const read = schema.safeParse(input, { reportInput: true });
  if (read.success) return read.data;
  throw new StartError(
    fieldProblemsOf(read.error)
      .map(({ field, message }) => `${field} ${message}`.trim())
      .join('\n'),
  );
}

type Refused = 'missing' | 'usernameTaken' | 'lastAdministrator';

function accepted(account: AccountRecord | Refused): AccountRecord {
  if (typeof account === 'string') throw refusalOf(account);
  return account;
}

function refusalOf(refused: Refused): StartError {
  const words = {
    missing: 'The user was deleted meanwhile.',
    usernameTaken: 'Another user has this username or email address.',
    lastAdministrator: 'At least one enabled administrator must remain.',
  };
  return new StartError(words[refused], {
    exitCode: refused === 'missing' ? exitCodes.notFound : exitCodes.refused,
  });
}

function manage<Result>(
  options: DatabaseOptions,
  work: (opened: OpenedAccounts) => Promise<Result>,
): Promise<Result> {
  return withDatabase(options, openAccounts, work);
}

function statusOf({ isAdmin, disabledAt }: AccountRecord): string {
  const status = [isAdmin ? 'administrator' : '', disabledAt === null ? '' : 'disabled'];
  return status.filter((word) => word !== '').join(', ') || '-';
}

function show(options: DatabaseOptions, account: AccountRecord): void {
  const representation = representAccount(account);
  const words = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  print(options, representation, () =>
    formatTable(
      ['field', 'value'],
      Object.entries(representation).map(([name, value]) => [name, value === null ? '-' : words(value)]),
    ),
  );
}
