import { type Command, InvalidArgumentError } from 'commander';
import { passwordFromPrompt, passwordFromStdin } from './read-password.js';

/** What the command line can say of a person. A password is never an argument: others could read it there. */
export interface AccountOptions {
  readonly username?: string;
  readonly email?: string;
  readonly emailVerified?: boolean;
  readonly name?: string;
  readonly givenName?: string;
  readonly familyName?: string;
  readonly claims?: unknown;
  readonly admin?: boolean;
  /** False for none; true to be asked for one. */
  readonly password?: boolean;
  readonly passwordStdin?: boolean;
  /** Whether sessions, grants, API keys and the tokens of their apps end with the change. */
  readonly endAccess?: boolean;
}

/** @param person whether it is a new one, who gets a password unless it is said that they get none */
export function withAccountOptions(command: Command, person: 'new' | 'known'): Command {
  if (person === 'known') {
    // Before its opposite: what neither is said of stays as it is.
    command
      .option('--email-verified', 'the email address is known to be theirs')
      .option('--password', 'ask for a new password')
      .option('--end-access', 'also end their sessions, grants, API keys and the own tokens of their apps');
  }
  command
    .option('--username <name>', 'what they sign in with; the email address unless set')
    .option('--email <address>', 'they can sign in with it too')
    .option('--no-email-verified', 'the email address is not known to be theirs')
    .option('--name <text>', 'what they are called')
    .option('--given-name <text>')
    .option('--family-name <text>')
    .option(
      '--claims <json>',
      'other standard claims of OpenID Connect: \'{"birthdate":"1815-12-10"}\'',
      readObject,
    )
    .option('--admin', 'may do everything')
    .option('--password-stdin', 'read the password from the first line of standard input')
    .option('--no-password', 'they cannot sign in with a password');
  if (person === 'known') command.option('--no-admin', 'may do no more than others');
  return command;
}

/**
 * The same in the words of the API, with the password from wherever it comes.
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

/** Of a new person commander says `true` unless they are to have none: they are asked for. */
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
