import { Command, InvalidArgumentError } from 'commander';
import { newRegistrationTokenSchema, representRegistrationToken } from '../api/registration-tokens.api.js';
import { openRegistrationTokens, type RegistrationTokens } from '../compose/registration-tokens.js';
import { loadConfig } from '../config/load-config.js';
import { localDefaults } from '../config/local-defaults.js';
import { withExamples } from './examples.js';
import { exitCodes } from './exit-codes.js';
import { explainOpenError } from './start-error.js';
import { formatTable, formatTime } from './table.js';

interface SharedOptions {
  readonly data: string;
  readonly json?: boolean;
}

interface CreateOptions extends SharedOptions {
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
    subcommand(
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
    subcommand(
      'list',
      'list the tokens, without the tokens themselves',
      'grantor registration-tokens list',
    ).action(async (options: SharedOptions) => {
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
    subcommand('delete', 'revoke a token', 'grantor registration-tokens delete <id>')
      .argument('<id>')
      .action(async (id: string, options: SharedOptions) => {
        const outcome = await manage(options, (tokens) => tokens.delete(id));
        print(options, { id, outcome }, () => outcome);
        if (outcome === 'missing') process.exitCode = exitCodes.notFound;
      }),
  );

function subcommand(name: string, description: string, example: string): Command {
  const command = new Command(name)
    .description(description)
    .option(
      '--data <folder>',
      'the folder of the SQLite database and the secret; unused with GRANTOR_DATABASE_URL',
      './data',
    )
    .option('--json', 'print JSON');
  return withExamples(command, example);
}

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

async function manage<T>(
  { data }: SharedOptions,
  work: (tokens: RegistrationTokens) => Promise<T>,
): Promise<T> {
  const tokens = await openRegistrationTokens(
    loadConfig(process.env, localDefaults(process.env, data)),
  ).catch((error: unknown) => {
    throw explainOpenError(error);
  });
  try {
    return await work(tokens);
  } finally {
    await tokens.close();
  }
}

function print({ json }: SharedOptions, value: unknown, forPeople: () => string): void {
  console.log(json === true ? JSON.stringify(value) : forPeople());
}
