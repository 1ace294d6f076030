import { type Command, InvalidArgumentError } from 'commander';
import { passwordFromPrompt, passwordFromStdin } from './read-password.js';

/** The options for an account. A password is never an argument: other users of the machine could read it. */
export interface AccountOptions {
  readonly username?: string;
  readonly email?: string;
  readonly emailVerified?: boolean;
  readonly name?: string;
  readonly givenName?: string;
  readonly familyName?: string;
  readonly claims?: unknown;
  readonly admin?: boolean;
  /** False for no password; true to prompt for one. */
  readonly password?: boolean;
  readonly passwordStdin?: boolean;
  /** Whether the change also ends sessions, grants, API keys and the own tokens of the user's apps. */
  readonly endAccess?: boolean;
}

/** @param user whether it is a new one, which gets a password unless `--no-password` is given */
export function withAccountOptions(command: Command, user: 'new' | 'known'): Command {
  if (user === 'known') {
    // Declared before its negation, so that a field stays unchanged without either option.
    command
      .option('--email-verified', 'the email address is verified')
      .option('--password', 'prompt for a new password')
      .option(
        '--end-access',
        'also end the sessions, grants, API keys and the own tokens of the apps of the user',
      );
  }
  command
    .option('--username <name>', 'the login; default: the email address')
    .option('--email <address>', 'a second login')
    .option('--no-email-verified', 'the email address is not verified')
    .option('--name <text>', 'the full name')
    .option('--given-name <text>')
    .option('--family-name <text>')
    .option(
      '--claims <json>',
      'other standard claims of OpenID Connect: \'{"birthdate":"1815-12-10"}\'',
      readObject,
    )
    .option('--admin', 'make the user an administrator')
    .option('--password-stdin', 'read the password from the first line of standard input')
    .option('--no-password', 'the user cannot sign in with a password');
  if (user === 'known') command.option('--no-admin', 'remove the administrator role');
  return command;
}

/**
 * The options as fields of the API, with the password from standard input or the prompt.
 *
 * @throws StartError
 */
export async function fieldsOf(options: AccountOptions): Promise<Record<string, unknown>> {
  const fields = {
    username: options.username,
    email: emptyIsNull(options.email),
    email_verified: options.emailVerified,
    name: options.name,
    given_name: emptyIsNull(options.givenName),
    family_name: emptyIsNull(options.familyName),
    claims: options.claims,
    is_admin: options.admin,
    password: await passwordOf(options),
    end_access: options.endAccess,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** For a new user, commander sets `password` to `true` unless `--no-password` is given. */
async function passwordOf({ password, passwordStdin }: AccountOptions): Promise<string | null | undefined> {
  if (passwordStdin === true) return passwordFromStdin();
  if (password === false) return null;
  return password === true ? passwordFromPrompt() : undefined;
}

const emptyIsNull = (text: string | undefined) => (text === '' ? null : text);

function readObject(value: string): unknown {
  try {
    return JSON.parse(value) as unknown;
  } catch {
    throw new InvalidArgumentError('It must be JSON.');
  }
}
