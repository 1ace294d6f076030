/**
 * The values of each kind of mail, by the name of its template. Its texts are in the catalogues, in the area `mail`:
 * `resetPasswordSubject`, `resetPasswordText` and, where it has a link, `resetPasswordButton`.
 */
export interface MailValues {
  /** To an address that asked for an account. */
  readonly signUp: { readonly link: string; readonly hours: number };
  /** To the address of an existing account that asked for another one. */
  readonly accountExists: { readonly link: string };
  readonly invitation: { readonly link: string; readonly days: number };
  readonly resetPassword: { readonly link: string; readonly minutes: number };
  /** To an address without an account that asked for a new password. */
  readonly noAccount: Readonly<Record<string, never>>;
  /** To the address of an account that signs in by email. */
  readonly signInCode: { readonly code: string; readonly link: string; readonly minutes: number };
  /** To an address that wanted to sign in by email and cannot. */
  readonly signInNoAccount: Readonly<Record<string, never>>;
  /** To the new address of an account. */
  readonly changeEmail: { readonly link: string; readonly hours: number };
  /** To an address that another account wanted to have. */
  readonly emailInUse: Readonly<Record<string, never>>;
  /** To the address that an account had before. */
  readonly emailChanged: { readonly newEmail: string };
  readonly passwordChanged: { readonly link: string };
  readonly newSignIn: {
    /** Its name and system; empty if unknown. */
    readonly browser: string;
    /** Seconds since the epoch. */
    readonly at: number;
    readonly link: string;
  };
  readonly passkeyAdded: FactorNotice;
  readonly passkeyRemoved: FactorNotice;
  /** About the authenticator app. */
  readonly totpAdded: FactorNotice;
  readonly totpRemoved: FactorNotice;
  readonly recoveryCodeUsed: FactorNotice;
  readonly recoveryCodesReplaced: FactorNotice;
  /** An administrator has removed all factors besides the password. */
  readonly factorsReset: FactorNotice;
}

/** About a change of the ways in which a user signs in. */
interface FactorNotice {
  /** Seconds since the epoch. */
  readonly at: number;
  readonly link: string;
}

/** The mails about such changes. A recovery code that is used is one fewer. */
export type FactorChange = (typeof factorChanges)[number];

const factorChanges = [
  'passkeyAdded',
  'passkeyRemoved',
  'totpAdded',
  'totpRemoved',
  'recoveryCodeUsed',
  'recoveryCodesReplaced',
  'factorsReset',
] as const satisfies readonly (keyof MailValues)[];

export type MailTemplate = keyof MailValues;

/** A mail to one user. */
export type Mail = {
  [T in MailTemplate]: {
    readonly template: T;
    /** The email address of the recipient. */
    readonly to: string;
    readonly values: MailValues[T];
  };
}[MailTemplate];

/** How long a mail without a link of its own is worth sending, in seconds. */
const NOTICE_SECONDS = 2 * 86_400;

/**
 * How long a mail waits for the mail server, in seconds: no longer than its link works.
 */
export const mailSeconds: Readonly<Record<MailTemplate, number>> = {
  signUp: 86_400,
  accountExists: 86_400,
  invitation: 2 * 86_400,
  resetPassword: 1800,
  noAccount: 1800,
  signInCode: 600,
  signInNoAccount: 600,
  changeEmail: 86_400,
  emailInUse: 86_400,
  emailChanged: NOTICE_SECONDS,
  passwordChanged: NOTICE_SECONDS,
  newSignIn: NOTICE_SECONDS,
  passkeyAdded: NOTICE_SECONDS,
  passkeyRemoved: NOTICE_SECONDS,
  totpAdded: NOTICE_SECONDS,
  totpRemoved: NOTICE_SECONDS,
  recoveryCodeUsed: NOTICE_SECONDS,
  recoveryCodesReplaced: NOTICE_SECONDS,
  factorsReset: NOTICE_SECONDS,
};

/** The mails about what has happened to an account. The user may not have done it. */
const notices: readonly MailTemplate[] = ['passwordChanged', 'newSignIn', ...factorChanges];

/** What a mail says to a recipient who did not expect it; undefined if its text says so. */
export function noteOf(template: MailTemplate): 'ignore' | 'notYou' | undefined {
  if (template === 'emailInUse' || template === 'emailChanged') return undefined;
  return notices.includes(template) ? 'notYou' : 'ignore';
}
