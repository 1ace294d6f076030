import { Command, InvalidArgumentError } from 'commander';
import { newRegistrationTokenSchema, representRegistrationToken } from '../../api/registration-tokens.api.js';
import { openRegistrationTokens, type RegistrationTokens } from '../../compose/registration-tokens.js';
import { withExamples } from '../examples.js';
import { exitCodes } from '../exit-codes.js';
import { formatTable, formatTime } from '../table.js';
import { type DatabaseOptions, databaseCommand, print, withDatabase } from './database-command.js';

interface CreateOptions extends DatabaseOptions {
  readonly name?: string;
  readonly uses?: number;
  readonly expiresIn?: number;
}

export const registrationTokens = withExamples(
  new Command('registration-tokens').description(
    'manage initial access tokens, with which apps register themselves',
  ),
  'grantor registration-tokens create --name Partners --uses 5 --expires-in 86400',
  'grantor registration-tokens list',
)
  .addCommand(
    databaseCommand(
      'create',
      'create a token and show it once',
      'grantor registration-tokens create --name Partners --uses 5 --expires-in 86400',
    )
      .option('--name <text>', 'a name for the purpose', readName)
      .option('--uses <number>', 'how many apps may register with it', numberFor('uses'))
      .option('--expires-in <seconds>', 'its lifetime', numberFor('expires_in'))
      .action(async (options: CreateOptions) => {
        const { name } = newRegistrationTokenSchema.parse({ name: options.name });
        const { uses, expiresIn: expiresInSeconds } = options;
        const made = await manage(options, (tokens) => tokens.create({ name, uses, expiresInSeconds }));
        print(options, { ...representRegistrationToken(made.record), token: made.token }, () => made.token);
      }),
  )
  .addCommand(
    databaseCommand(
      'list',
      'list the tokens, without the tokens themselves',
      'grantor registration-tokens list',
    ).action(async (options: DatabaseOptions) => {
      const listed = await manage(options, (tokens) => tokens.list());
      print(options, listed.map(representRegistrationToken), () =>
        formatTable(
          ['name', 'uses left', 'expires', 'id'],
          listed.map(({ name, usesLeft, expiresAt, id }) => [
            name,
            usesLeft === null ? '-' : String(usesLeft),
            expiresAt === null ? '-' : formatTime(expiresAt),
            id,
          ]),
        ),
      );
    }),
  )
  .addCommand(
    databaseCommand('delete', 'revoke a token', 'grantor registration-tokens delete <id>')
      .argument('<id>')
      .action(async (id: string, options: DatabaseOptions) => {
        const outcome = await manage(options, (tokens) => tokens.delete(id));
        print(options, { id, outcome }, () => outcome);
        if (outcome === 'missing') process.exitCode = exitCodes.notFound;
      }),
  );

function readName(value: string): string {
  const read = newRegistrationTokenSchema.shape.name.safeParse(value);
  if (!read.success) throw new InvalidArgumentError('It must have 1 to 256 characters.');
  return read.data;
}

function numberFor(field: 'expires_in' | 'uses') {
  return (value: string): number => {
    const read = newRegistrationTokenSchema.shape[field].safeParse(Number(value));
    if (read.data === undefined) throw new InvalidArgumentError('It must be a whole number above 0.');
    return read.data;
  };
}

function manage<Result>(
  options: DatabaseOptions,
  work: (tokens: RegistrationTokens) => Promise<Result>,
): Promise<Result> {
  return withDatabase(options, openRegistrationTokens, work);
}
