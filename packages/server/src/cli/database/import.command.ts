import { userInfo } from 'node:os';
import { Option } from 'commander';
import { type ImportFormat, importFormatNames } from '../../accounts/import/formats.js';
import { ImportFileError } from '../../accounts/import/import-record.js';
import { type ImportResult, importUsers } from '../../accounts/import/import-users.js';
import { openAccounts } from '../../compose/account-management.js';
import { systemClock } from '../../crypto/clock.js';
import type { ExistingUsers } from '../../storage/ports/index.js';
import { exitCodes } from '../exit-codes.js';
import { StartError } from '../start-error.js';
import { type DatabaseOptions, databaseCommand, print, withDatabase } from './database-command.js';
import { examineFile, textOf } from './import-file.js';
import { importReport } from './import-report.js';

interface ImportOptions extends DatabaseOptions {
  readonly format?: ImportFormat;
  readonly existing: ExistingUsers;
  readonly dryRun?: boolean;
  readonly report?: string;
}

/** The actions on users who exist. */
const existingUsers: readonly ExistingUsers[] = ['skip', 'update', 'refuse'];

export const importAccounts = databaseCommand(
  'import',
  'create users from a file, with their password hashes',
  'grantor accounts import users.csv --dry-run',
)
  .argument('<file>', 'CSV, JSON lines, or an export of Keycloak or Auth0')
  .addOption(new Option('--format <name>', 'the format; default: detected').choices(importFormatNames))
  .addOption(
    new Option('--existing <action>', 'what to do with users who exist')
      .choices(existingUsers)
      .default('skip'),
  )
  .option('--dry-run', 'check the file and write nothing')
  .option('--report <file>', 'append each refused record as JSON: its line, field and reason')
  .action(async (path: string, options: ImportOptions) => {
    const file = await examineFile(path, options.format);
    const report = importReport(file.bytes, options);
    const { existing, dryRun: isDryRun = false } = options;
    const result = await withDatabase(options, openAccounts, async (opened) => {
      const request = {
        id: `${file.digest} ${file.format} ${existing}`,
        format: file.format,
        existing,
        isDryRun,
        actor: { type: 'operator', id: null, name: userInfo().username },
        onProgress: (progress) => report.progress(progress, file.read()),
        onRefused: report.refused,
      } as const satisfies Parameters<typeof importUsers>[2];
      const work = importUsers({ ...opened, clock: systemClock }, textOf(file), request);
      return work.catch((error: unknown) => {
        throw error instanceof ImportFileError ? new StartError(error.message, { cause: error }) : error;
      });
    }).finally(() => report.close());
    print(options, { ...jsonOf(result), refusals: report.first(), dry_run: isDryRun }, () =>
      summaryOf(result, isDryRun),
    );
    if (result.refused > 0) process.exitCode = exitCodes.refused;
  });

function jsonOf({ continuedAfter, ...counts }: ImportResult) {
  return { ...counts, continued_after: continuedAfter };
}

function summaryOf(result: ImportResult, isDryRun: boolean): string {
  const { records, created, updated, skipped, refused, continuedAfter } = result;
  const lines = [
    `${records} records: ${created} created, ${updated} updated, ${skipped} existed, ${refused} refused.`,
  ];
  if (continuedAfter > 0) lines.unshift(`Continued after record ${continuedAfter} of an earlier run.`);
  if (isDryRun) lines.push('Nothing was written. Run the command without --dry-run to import the users.');
  return lines.join('\n');
}
