import { Command } from 'commander';
import { type KeyManagement, openKeyManagement } from '../../compose/key-management.js';
import { systemClock } from '../../crypto/clock.js';
import type { Rotation } from '../../keys/rotation.js';
import type { Reencryption } from '../../operations/reencrypt.js';
import { withExamples } from '../examples.js';
import { StartError } from '../start-error.js';
import { formatTable, formatTime } from '../table.js';
import { type DatabaseOptions, databaseCommand, print, withDatabase } from './database-command.js';

export const signingKeys = withExamples(
  new Command('signing-keys').description('manage the keys that sign tokens'),
  'grantor signing-keys list',
  'grantor signing-keys rotate --now',
)
  .addCommand(
    databaseCommand('list', 'list the keys with their state', 'grantor signing-keys list').action(
      async (options: DatabaseOptions) => {
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
    databaseCommand(
      'rotate',
      'sign with the next keys as soon as every client can know them',
      'grantor signing-keys rotate',
    )
      .option('--now', 'after a leak: sign with new keys at once, and withdraw all others')
      .action(async (options: DatabaseOptions & { now?: boolean }) => {
        const done = await manage(options, (management) =>
          options.now === true ? management.replace() : management.rotate(),
        );
        print(options, done, () => describeRotations(done));
      }),
  )
  .addCommand(
    databaseCommand(
      'reencrypt',
      'encrypt everything with GRANTOR_SECRET that GRANTOR_SECRET_PREVIOUS encrypted',
      'GRANTOR_SECRET_PREVIOUS=<old> GRANTOR_SECRET=<new> grantor signing-keys reencrypt',
    ).action(async (options: DatabaseOptions) => {
      const counts = await manage(options, (management) => management.reencrypt());
      print(options, counts, () => describeReencryption(counts));
      if (counts.lost > 0) process.exitCode = 1;
    }),
  );

function manage<Result>(
  options: DatabaseOptions,
  work: (keys: KeyManagement) => Promise<Result>,
): Promise<Result> {
  return withDatabase(options, openKeyManagement, async (management) => {
    if ((await management.list()).length === 0) {
      throw new StartError('There are no keys yet. grantor serve creates them at its first start.');
    }
    return work(management);
  });
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
  const lines = [`${resealed} encrypted again, ${current} encrypted with GRANTOR_SECRET already.`];
  if (lost > 0) {
    lines.push(
      `${lost} cannot be decrypted with either secret. Set GRANTOR_SECRET_PREVIOUS to the secret that encrypted them.`,
    );
  }
  return lines.join('\n');
}
