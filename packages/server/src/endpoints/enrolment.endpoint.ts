import type { FactorPolicy } from '../accounts/factor-policy.js';
import type { FactorStep } from '../accounts/factor-steps.js';
import { withAddedFactor } from '../accounts/second-factor.js';
import type { TotpEnrolment, TotpSetup } from '../accounts/totp-enrolment.js';
import { EnrolmentPage, formScript, pageElement, RecoveryCodesPage } from '../pages/index.js';
import type { Message } from '../texts/texts.js';
import { accountPath } from './account-return.js';
import { type OpenSessionDependencies, openSession } from './complete-sign-in.js';
import type { Endpoint, EndpointRequest, PageResponse } from './endpoint.js';
import {
  type FactorStepDependencies,
  type FoundStep,
  findStep,
  stepExpired,
  withTicket,
} from './factor-step.js';
import { paths } from './paths.js';
import { readPageForm } from './ticket-form.js';

export interface EnrolmentEndpointDependencies extends FactorStepDependencies, OpenSessionDependencies {
  readonly factorPolicy: Pick<FactorPolicy, 'factorsOf' | 'isRequired'>;
  readonly totpEnrolment: TotpEnrolment;
}

/**
 * `GET|POST /signin/set-up`: lets a user who must have a second factor set one up after the first. The session opens once
 * a code has confirmed it.
 */
export function enrolmentEndpoint(dependencies: EnrolmentEndpointDependencies): Endpoint {
  const { factorPolicy, tickets, totpEnrolment } = dependencies;
  return async (incoming) => {
    const form = incoming.method === 'POST' ? readPageForm(incoming) : undefined;
    const found = await findStep(dependencies, incoming, form ?? new URLSearchParams(incoming.query));
    if ('response' in found) return found.response;
    const { step, ticket } = found;
    const { account } = step.user;
    // A user who has a factor must use it: the password alone must not add another one.
    if (!factorPolicy.isRequired(account) || (await factorPolicy.factorsOf(account)).length > 0) {
      return stepExpired(incoming, tickets, ticket, 'no enrolment is due');
    }
    if (form === undefined) return enrolmentPage(incoming, found, totpEnrolment.begin(account));
    const { address } = incoming;
    const confirmation = await totpEnrolment.confirm(
      account,
      form.get('setup') ?? '',
      form.get('code') ?? '',
      {
        address,
        via: step.user.method,
      },
    );
    if (confirmation.outcome === 'refused')
      return stepExpired(incoming, tickets, ticket, 'no key to confirm');
    if (confirmation.outcome === 'wrongCode') {
      return enrolmentPage(incoming, found, confirmation.setup, { key: 'factors.wrongCode' });
    }
    return completed(dependencies, incoming, found, step, confirmation.recoveryCodes);
  };
}

function enrolmentPage(
  incoming: EndpointRequest,
  { step, hidden }: FoundStep,
  { key, address, sealed }: TotpSetup,
  error?: Message,
): PageResponse {
  return {
    kind: 'page',
    status: error === undefined ? 200 : 400,
    script: formScript,
    languages: { account: step.user.account },
    page: pageElement(EnrolmentPage, {
      action: paths.enrolment[0],
      hidden: { ...hidden, setup: sealed },
      csrfToken: incoming.formToken,
      secret: key,
      address,
      error,
    }),
  };
}

async function completed(
  dependencies: EnrolmentEndpointDependencies,
  incoming: EndpointRequest,
  { ticket }: FoundStep,
  step: FactorStep,
  codes: readonly string[],
): Promise<PageResponse> {
  const { factorSteps, tickets } = dependencies;
  // Only one request can have added the key, so that the step is not spent yet.
  await factorSteps.spend(step);
  await dependencies.noticeNewBrowser(step.user.account, incoming);
  const { session, change } = await openSession(dependencies, incoming, withAddedFactor(step.user, 'totp'));
  const progress = ticket && { ...ticket, chosenSessionId: session.record.id };
  const continueHref =
    progress === undefined
      ? accountPath(incoming.returnCookie)
      : withTicket(paths.signIn[0], tickets, progress);
  return {
    kind: 'page',
    status: 200,
    session: change,
    languages: { account: step.user.account },
    page: pageElement(RecoveryCodesPage, { codes, continueHref }),
  };
}
