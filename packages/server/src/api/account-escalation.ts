import type { AccountChangeFields } from '../accounts/account-fields.js';
import { normalizeUsername } from '../accounts/username.js';
import type { Principal } from '../principals/principal.js';
import type { AccountRecord } from '../storage/ports/index.js';
import { Problem } from './problem.js';

/**
 * A credential with limited scopes must not gain more: its holder could create an administrator, or sign in as one.
 *
 * @throws Problem 403
 */
export function refuseEscalation(
  { scopes }: Principal,
  account: AccountRecord | undefined,
  { is_admin, password, username, email, disabled }: AccountChangeFields,
): void {
  if (scopes === null) return;
  const isAdmin = account?.isAdmin === true;
  // Enabling a disabled administrator also creates an active one.
  const letsIn = isAdmin && account.disabledAt !== null && disabled === false && is_admin !== false;
  const promotes = (is_admin === true && !isAdmin) || letsIn;
  const isOther = (login: string | null | undefined, now: string | null | undefined) =>
    login !== undefined && (login === null ? null : normalizeUsername(login)) !== now;
  const takesOver =
    isAdmin &&
    (password !== undefined || isOther(username, account.username) || isOther(email, account.email));
  if (!promotes && !takesOver) return;
  throw escalation();
}

/** The refusal of a change that limited scopes do not allow. */
export function escalation(): Problem {
  return new Problem(
    403,
    'Access denied: creating or enabling an administrator, or changing the login, password or factors of one, requires a credential without limited scopes',
  );
}
