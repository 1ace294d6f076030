import { authenticationIn, passwordContext, satisfies } from '../accounts/authentication-context.js';
import { type FactorKind, factorsFor } from '../accounts/factors/factor-policy.js';
import type { Session } from '../accounts/sign-in.js';
import type { RequestedContexts } from './requested-contexts.js';

/**
 * How the user can reach a requested context: the session satisfies one already, another factor is enough, only another
 * sign-in is, or the user cannot reach any.
 */
export type ContextReach = 'satisfied' | 'anotherFactor' | 'anotherSignIn' | 'none';

/** @param factorsOf the factors that the user has set up; asked only where the session is not enough */
export async function reachOf(
  requested: RequestedContexts | undefined,
  session: Session | undefined,
  factorsOf: (account: Session['account']) => Promise<readonly FactorKind[]>,
): Promise<ContextReach> {
  if (requested === undefined || session === undefined) return 'satisfied';
  const { record, account } = session;
  if (satisfiesOne(record.acr, requested)) return 'satisfied';
  const factors = await factorsOf(account);
  if (factorsFor(record, factors, requested.values).length > 0) return 'anotherFactor';
  if (account.passwordHash === null) return 'none';
  const byPassword = authenticationIn(passwordContext, record.authTime);
  const isEnough =
    satisfiesOne(byPassword.acr, requested) || factorsFor(byPassword, factors, requested.values).length > 0;
  return isEnough ? 'anotherSignIn' : 'none';
}

function satisfiesOne(acr: string, { values }: RequestedContexts): boolean {
  return values.some((value) => satisfies(acr, value));
}
