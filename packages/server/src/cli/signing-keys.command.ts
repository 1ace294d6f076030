import { Command } from 'commander';
import { type KeyManagement, openKeyManagement } from '../compose/key-management.js';
import { loadConfig } from '../config/load-config.js';
import { localDefaults } from '../config/local-defaults.js';
import { systemClock } from '../crypto/clock.js';
import type { Rotation } from '../keys/rotation.js';
import type { Reencryption } from '../operations/reencrypt.js';
import { withExamples } from './examples.js';
import { explainOpenError, StartError } from './start-error.js';
import { formatTable, formatTime } from './table.js';

interface KeysOptions {
  readonly data: string;
  readonly json?: boolean;
}

export const signingKeys = withExamples(
  new Command('signing-keys').description('look after the keys that tokens are signed with'),
  'grantor signing-keys list',
  'grantor signing-keys rotate --now',
)
  .addCommand(
    subcommand('list', 'show each key and where it stands', 'grantor signing-keys list').action(
      async (options: KeysOptions) => {
        const listed = await manage(options, (management) => management.list());
        const rows = listed.map(({ record: { kid, algorithm, createdAt }, state, until }) => ({
          algorithm,
          kid,
          state,
          createdAt,
          until,
        }));
        print(options, rows, () =>
          formatTable(
            ['algorithm', 'state', 'published', 'until', 'kid'],
            rows.map((row) => [
              row.algorithm,
              row.state,
              formatTime(row.createdAt),
              row.until === null ? '-' : formatTime(row.until),
              row.kid,
            ]),
          ),
        );
      },
    ),
  )
  .addCommand(
    subcommand(
      'rotate',
      'let the next keys sign as soon as every client can know them',
      'grantor signing-keys rotate',
    )
      .option('--now', 'a key may have leaked: sign with new keys at once, and trust none of the others')
      .action(async (options: KeysOptions & { now?: boolean }) => {
        const done = await manage(options, (management) =>
          options.now === true ? management.replace() : management.rotate(),
        );
        print(options, done, () => describeRotations(done));
      }),
  )
  .addCommand(
    subcommand(
      'reencrypt',
      'seal what is sealed with GRANTOR_SECRET_PREVIOUS with GRANTOR_SECRET',
      'GRANTOR_SECRET_PREVIOUS=<old> GRANTOR_SECRET=<new> grantor signing-keys reencrypt',
    ).action(async (options: KeysOptions) => {
      const counts = await manage(options, (management) => management.reencrypt());
      print(options, counts, () => describeReencryption(counts));
      if (counts.lost > 0) process.exitCode = 1;
    }),
  );

function subcommand(name: string, description: string, example: string): Command {
  const command = new Command(name)
    .description(description)
    .option('--data <folder>', 'where SQLite data and the secret are when no database is named', './data')
    .option('--json', 'print JSON');
  return withExamples(command, example);
}

async function manage<T>({ data }: KeysOptions, work: (keys: KeyManagement) => Promise<T>): Promise<T> {
  const config = loadConfig(process.env, localDefaults(process.env, data));
  const management = await openKeyManagement(config).catch((error: unknown) => {
    throw explainOpenError(error);
  });
  try {
    if ((await management.list()).length === 0) {
      throw new StartError('There are no keys yet: grantor serve makes them when it first starts.');
    }
    return await work(management);
  } finally {
    await management.close();
  }
}

function print({ json }: KeysOptions, value: unknown, forPeople: () => string): void {
  console.log(json === true ? JSON.stringify(value) : forPeople());
}

function describeRotations(done: readonly Rotation[]): string {
  const now = systemClock();
  return formatTable(
    ['algorithm', 'signs', 'kid'],
    done.map(({ algorithm, kid, signsFrom }) => [
      algorithm,
      signsFrom <= now ? 'now' : `from ${formatTime(signsFrom)}`,
      kid,
    ]),
  );
}

function describeReencryption({ current, resealed, lost }: Reencryption): string {
  const lines = [`${resealed} sealed anew, ${current} sealed with GRANTOR_SECRET already.`];
  if (lost > 0) {
    lines.push(
      `${lost} opened by neither secret: name the one that they were sealed with in GRANTOR_SECRET_PREVIOUS.`,
    );
  }
  return lines.join('\n');
}
