import { deviceName } from '../accounts/device.js';
import type { FactorKind, FactorPolicy } from '../accounts/factors/factor-policy.js';
import type { FactorStep } from '../accounts/factors/factor-steps.js';
import { passkeyEvent } from '../accounts/factors/passkey-events.js';
import type { PasskeyPrompt, Passkeys } from '../accounts/factors/passkeys.js';
import type { ReplaceRecoveryCodes } from '../accounts/factors/replace-recovery-codes.js';
import { withAddedFactor } from '../accounts/factors/second-factor.js';
import type { TotpEnrolment, TotpSetup } from '../accounts/factors/totp-enrolment.js';
import type { CreateEvent } from '../audit/events.js';
import { EnrolmentPage, formScript, pageElement, passkeyScript, RecoveryCodesPage } from '../pages/index.js';
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
import { passkeyAnswerOf } from './passkey-answer.js';
import { paths } from './paths.js';
import { readPageForm } from './ticket-form.js';

export interface EnrolmentEndpointDependencies extends FactorStepDependencies, OpenSessionDependencies {
  readonly factorPolicy: Pick<FactorPolicy, 'factorsOf' | 'isRequired'>;
  readonly totpEnrolment: TotpEnrolment;
  /** Undefined if users cannot have passkeys. */
  readonly passkeys: Pick<Passkeys, 'promptToAdd' | 'add'> | undefined;
  readonly replaceRecoveryCodes: ReplaceRecoveryCodes;
  readonly createEvent: CreateEvent;
}

/**
 * `GET|POST /signin/set-up`: lets a user who must have a second factor set one up after the first: a passkey, or an
 * authenticator app. The session opens once the user has it.
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
    const begin = () => totpEnrolment.begin(account);
    if (form === undefined) return enrolmentPage(dependencies, incoming, found, { setup: begin() });
    if (form.has('credential')) {
      const added = await addPasskey(dependencies, incoming, step, form);
      if (added === 'added') return completed(dependencies, incoming, found, 'passkey');
      if (added === 'accountFull') return stepExpired(incoming, tickets, ticket, 'no enrolment is due');
      const passkeyError = {
        key: added === 'known' ? 'factors.passkeyKnown' : 'factors.passkeyFailed',
      } as const;
      return enrolmentPage(dependencies, incoming, found, { setup: begin(), passkeyError });
    }
    const by = { address: incoming.address, via: step.user.method };
    const setup = form.get('setup') ?? '';
    const confirmation = await totpEnrolment.confirm(account, setup, form.get('code') ?? '', by);
    if (confirmation.outcome === 'refused')
      return stepExpired(incoming, tickets, ticket, 'no key to confirm');
    if (confirmation.outcome === 'wrongCode') {
      const error = { key: 'factors.wrongCode' } as const;
      return enrolmentPage(dependencies, incoming, found, { setup: confirmation.setup, error });
    }
    return completed(dependencies, incoming, found, 'totp', confirmation.recoveryCodes);
  };
}

/** @returns `accountFull` if the user has a passkey already. Of two simultaneous requests, one adds the first */
async function addPasskey(
  { passkeys, createEvent }: EnrolmentEndpointDependencies,
  { address, browser, headers }: EndpointRequest,
  { user: { account, method } }: FactorStep,
  form: URLSearchParams,
): Promise<Awaited<ReturnType<Passkeys['add']>>> {
  if (passkeys === undefined) return 'refused';
  return passkeys.add(account, passkeyAnswerOf(form), browser, {
    name: deviceName(headers.get('user-agent')),
    note: passkeyEvent(createEvent, 'passkey.added', account, { via: method, address }),
    most: 1,
  });
}

interface EnrolmentState {
  readonly setup: TotpSetup;
  readonly error?: Message;
  readonly passkeyError?: Message;
}

async function enrolmentPage(
  { passkeys }: EnrolmentEndpointDependencies,
  incoming: EndpointRequest,
  { step, hidden }: FoundStep,
  { setup: { key, address, sealed }, error, passkeyError }: EnrolmentState,
): Promise<PageResponse> {
  const { account } = step.user;
  const target = { action: paths.enrolment[0], csrfToken: incoming.formToken };
  const prompt = await passkeys?.promptToAdd(account, incoming.browser);
  return {
    kind: 'page',
    status: error === undefined && passkeyError === undefined ? 200 : 400,
    script: `${formScript} ${passkeyScript}`,
    languages: { account },
    page: pageElement(EnrolmentPage, {
      ...target,
      hidden: { ...hidden, setup: sealed },
      secret: key,
      address,
      error,
      passkey: prompt && { ...target, ...passkeyForm(prompt, hidden) },
      passkeyError,
    }),
  };
}

function passkeyForm({ options, sealed }: PasskeyPrompt, hidden: FoundStep['hidden']) {
  return {
    hidden: { ...hidden, challenge: sealed },
    kind: 'create',
    options,
    label: { key: 'factors.addPasskey' },
  } as const;
}

/** Opens the session, and shows recovery codes once. @param codes undefined if the user has got none yet */
async function completed(
  dependencies: EnrolmentEndpointDependencies,
  incoming: EndpointRequest,
  { step, ticket }: FoundStep,
  kind: FactorKind,
  codes?: readonly string[],
): Promise<PageResponse> {
  const { factorSteps, tickets, replaceRecoveryCodes } = dependencies;
  const { account, method: via } = step.user;
  // Only one request can have added the factor, so that the step is not spent yet.
  await factorSteps.spend(step);
  const shown = codes ?? (await replaceRecoveryCodes(account, { via, address: incoming.address }));
  await dependencies.noticeNewBrowser(account, incoming);
  const { session, change } = await openSession(dependencies, incoming, withAddedFactor(step.user, kind));
  const progress = ticket && { ...ticket, chosenSessionId: session.record.id };
  const continueHref =
    progress === undefined
      ? accountPath(incoming.returnCookie)
      : withTicket(paths.signIn[0], tickets, progress);
  return {
    kind: 'page',
    status: 200,
    session: change,
    languages: { account },
    page: pageElement(RecoveryCodesPage, { codes: shown, continueHref }),
  };
}
