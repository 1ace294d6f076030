import { type FactorKind, type FactorPolicy, isMultiFactor } from '../../accounts/factors/factor-policy.js';
import type { FactorSteps } from '../../accounts/factors/factor-steps.js';
import { withAddedFactor } from '../../accounts/factors/second-factor.js';
import type { Session } from '../../accounts/sign-in.js';
import { ConfirmFactorPart, pageElement } from '../../pages/index.js';
import { type OpenSessionDependencies, openSession } from '../complete-sign-in.js';
import type { RedirectResponse, SessionChange } from '../endpoint.js';
import { paths } from '../paths.js';
import type { AccountAction, AccountRequest, AccountSection, AccountView } from './section.js';

export interface FactorConfirmationDependencies extends OpenSessionDependencies {
  readonly factorPolicy: Pick<FactorPolicy, 'factorsOf'>;
  readonly factorSteps: Pick<FactorSteps, 'stepUp'>;
}

/**
 * The session after its user has added a factor. The factor was used to add it, so that the user is not asked for it again.
 *
 * @returns the cookies; undefined if the session had several factors before
 */
export async function withNewFactor(
  dependencies: OpenSessionDependencies,
  { session: { account, record }, incoming }: AccountRequest,
  kind: FactorKind,
): Promise<{ readonly session?: SessionChange }> {
  if (isMultiFactor(record)) return {};
  const { authTime, acr, amr } = record;
  const user = withAddedFactor({ account, authentication: { authTime, acr, amr }, method: 'session' }, kind);
  return { session: (await openSession(dependencies, incoming, user)).change };
}

/** The parts of a section whose users must have proved a second factor, if they have one. */
export interface ConfirmedParts {
  readonly show: (request: AccountRequest) => Promise<AccountView>;
  readonly actions: Readonly<Record<string, AccountAction['run']>>;
}

/**
 * Makes a section that shows and changes factors: with a password alone, in a remembered browser, no user can replace the
 * factors of an account that has some.
 *
 * @param name of the section, to which the confirmation returns
 */
export function withConfirmedFactor(
  { factorPolicy, factorSteps }: FactorConfirmationDependencies,
  name: string,
  { show, actions }: ConfirmedParts,
): Required<Pick<AccountSection, 'isSensitive' | 'show' | 'actions'>> {
  const isMissing = async ({ account, record }: Session) =>
    !isMultiFactor(record) && (await factorPolicy.factorsOf(account)).length > 0;
  const confirm = ({ session, incoming }: AccountRequest): RedirectResponse => {
    // Any factor of the user: after a code by email, one of an app reaches no stronger context.
    const step = factorSteps.stepUp(session, incoming.browser, []);
    return { kind: 'redirect', location: `${paths.secondFactor[0]}?step=${step}`, returnTo: name };
  };
  const guarded = Object.entries(actions).map(([action, run]): [string, AccountAction] => [
    action,
    {
      isSensitive: true,
      run: async (request, form) =>
        (await isMissing(request.session)) ? confirm(request) : run(request, form),
    },
  ]);
  return {
    isSensitive: true,
    async show(request) {
      if (!(await isMissing(request.session))) return show(request);
      return { body: pageElement(ConfirmFactorPart, { target: request.formFor('confirm') }) };
    },
    actions: {
      ...Object.fromEntries(guarded),
      confirm: { isSensitive: true, run: async (request) => confirm(request) },
    },
  };
}
