import type { z } from 'zod';
import type { AccountRecord } from '../storage/ports/index.js';
import type { AccountChangeFields, NewAccountFields } from './account-fields.js';
import { accountFieldRules } from './account-fields.js';
import type { RecordedClaims } from './claims.js';
import { normalizeUsername } from './username.js';

/** What an external system is trusted for. */
export interface ExternalTrust {
  /**
   * Which email addresses are taken over: none, those that the system has verified (`email_verified`), or all. Users sign
   * in with their address, so an unverified one would let a user of that system occupy the address of another user.
   * `all` is for systems of the operator, in which no two users have one address. With `none`, no phone number counts
   * as verified either.
   */
  readonly email: 'none' | 'verified' | 'all';
  /** Whether `preferred_username` is taken over. Only for systems where users cannot choose it freely. */
  readonly username: boolean;
}

/** The claims of a user that were accepted. */
export interface ExternalClaims {
  readonly username: string | undefined;
  readonly email: string | undefined;
  readonly emailVerified: boolean;
  readonly name: string | undefined;
  readonly givenName: string | undefined;
  readonly familyName: string | undefined;
  readonly claims: RecordedClaims;
  /** How the user is named there, for lists; undefined if unknown. */
  readonly label: string | undefined;
}

/**
 * Reads standard claims by name (OpenID Connect Core 1.0 §5.1). A claim that an account cannot have, such as a
 * `website` that is no URL, is ignored: the user could not correct it.
 */
export function readExternalClaims(
  sent: Readonly<Record<string, unknown>>,
  trust: ExternalTrust,
): ExternalClaims {
  const nameOf = (claim: string) => valid(accountFieldRules.name, sent[claim]);
  const names = [nameOf('given_name'), nameOf('family_name')].filter((name) => name !== undefined);
  const email = normal(valid(accountFieldRules.email, sent.email));
  const isVerified = sent.email_verified === true;
  const isAccepted = trust.email === 'all' || (trust.email === 'verified' && isVerified);
  const preferred = normal(valid(accountFieldRules.username, sent.preferred_username));
  const acceptedEmail = isAccepted ? email : undefined;
  return {
    username: trust.username && isOwnName(preferred, acceptedEmail) ? preferred : undefined,
    email: acceptedEmail,
    emailVerified: acceptedEmail !== undefined && isVerified,
    name: nameOf('name') ?? (names.length > 0 ? names.join(' ') : undefined),
    givenName: nameOf('given_name'),
    familyName: nameOf('family_name'),
    claims: recordedClaims(sent, trust),
    label: email ?? preferred ?? nameOf('name'),
  };
}

/** A username that looks like an email address must be the user's own: it would occupy that address. */
function isOwnName(username: string | undefined, email: string | undefined): boolean {
  return username !== undefined && (!username.includes('@') || username === email);
}

function recordedClaims(sent: Readonly<Record<string, unknown>>, trust: ExternalTrust): RecordedClaims {
  const read = Object.entries(accountFieldRules.claims)
    .map(([name, rule]) => [name, valid<z.ZodType>(rule, sent[name])] as const)
    .filter(([, value]) => value !== undefined && value !== null);
  const { phone_number_verified: isVerified, ...claims } = Object.fromEntries(read) as RecordedClaims;
  if (claims.phone_number === undefined) return claims;
  // Always with its number: a new number must not keep the word of the old one.
  return { ...claims, phone_number_verified: trust.email !== 'none' && isVerified === true };
}

function valid<Rule extends z.ZodType>(rule: Rule, value: unknown): z.output<Rule> | undefined {
  if (value === undefined) return undefined;
  const result = rule.safeParse(value);
  return result.success ? result.data : undefined;
}

function normal(login: string | undefined): string | undefined {
  const text = login === undefined ? '' : normalizeUsername(login);
  return text === '' ? undefined : text;
}

/** @param fallback the username of a user without a trusted username and without an accepted email address */
export function newAccountFields(claims: ExternalClaims, fallback: string): NewAccountFields {
  const { username, email, emailVerified, name, givenName, familyName, label } = claims;
  return {
    username: username ?? email ?? fallback,
    email,
    email_verified: emailVerified,
    name: name ?? label ?? fallback,
    given_name: givenName,
    family_name: familyName,
    claims: claims.claims,
  };
}

/** The fields of an account that differ from the claims; undefined if none do. Claims that are left out stay. */
export function changedFields(
  account: AccountRecord,
  { username, email, emailVerified, name, givenName, familyName, claims }: ExternalClaims,
): AccountChangeFields | undefined {
  const changed = {
    ...(differs(username, account.username) ? { username } : {}),
    ...(differs(email, account.email) ? { email, email_verified: emailVerified } : {}),
    ...(email === account.email && emailVerified && !account.emailVerified ? { email_verified: true } : {}),
    ...(differs(name, account.name) ? { name } : {}),
    ...(differs(givenName, account.givenName) ? { given_name: givenName } : {}),
    ...(differs(familyName, account.familyName) ? { family_name: familyName } : {}),
    ...changedClaims(account, claims),
  };
  return Object.keys(changed).length === 0 ? undefined : changed;
}

function changedClaims(account: AccountRecord, claims: RecordedClaims): AccountChangeFields {
  const changed = Object.entries(claims).filter(
    ([name, value]) => JSON.stringify(account.claims[name]) !== JSON.stringify(value),
  );
  return changed.length === 0 ? {} : { claims: Object.fromEntries(changed) };
}

function differs(claim: string | undefined, current: string | null): claim is string {
  return claim !== undefined && claim !== current;
}
