import { type FactorKind, type FactorPolicy, factorsFor } from '../accounts/factors/factor-policy.js';
import type { AddPasskey } from '../accounts/factors/passkey-sign-in.js';
import type { Passkeys } from '../accounts/factors/passkeys.js';
import type { RememberedDevices } from '../accounts/factors/remembered-devices.js';
import type { AddCode } from '../accounts/factors/second-factor.js';
import type { AuthenticatedUser } from '../accounts/sign-in.js';
import type { CreateEvent } from '../audit/events.js';
import { userActor } from '../audit/events.js';
import { formScript, pageElement, passkeyScript, SecondFactorPage } from '../pages/index.js';
import type { Message } from '../texts/texts.js';
import { finishSignIn, type OpenSessionDependencies } from './complete-sign-in.js';
import { formOfTicket } from './destination-page.js';
import type { Endpoint, EndpointRequest, PageResponse, SessionChange } from './endpoint.js';
import { type FactorStepDependencies, type FoundStep, findStep, stepExpired } from './factor-step.js';
import { passkeyAnswerOf } from './passkey-answer.js';
import { paths } from './paths.js';
import { readPageForm } from './ticket-form.js';
import { tooManyAttempts } from './too-many-attempts.js';

const DAY_SECONDS = 86_400;

export interface SecondFactorEndpointDependencies extends FactorStepDependencies, OpenSessionDependencies {
  readonly factorPolicy: Pick<FactorPolicy, 'factorsOf'>;
  readonly addCode: AddCode;
  readonly addPasskey: AddPasskey;
  /** Undefined if users cannot have passkeys. */
  readonly passkeys: Pick<Passkeys, 'promptForFactor'> | undefined;
  readonly devices: RememberedDevices;
  readonly createEvent: CreateEvent;
}

/** `GET|POST /signin/second-factor`: asks for another factor after the first one, and opens the session. */
export function secondFactorEndpoint(dependencies: SecondFactorEndpointDependencies): Endpoint {
  const { factorPolicy, factorSteps, tickets, addCode } = dependencies;
  return async (incoming) => {
    const form = incoming.method === 'POST' ? readPageForm(incoming) : undefined;
    const found = await findStep(dependencies, incoming, form ?? new URLSearchParams(incoming.query));
    if ('response' in found) return found.response;
    const { step, ticket } = found;
    const available = await factorPolicy.factorsOf(step.user.account);
    const allowed = factorsFor(step.user.authentication, available, step.accepted);
    if (allowed.length === 0) return stepExpired(incoming, tickets, ticket, 'no factor is left');
    const page = async (status: number, error?: Message) =>
      factorPage(dependencies, incoming, found, { allowed, status, error });
    if (form === undefined) return page(200);
    const attempted = form.has('credential')
      ? await dependencies.addPasskey(step.user, passkeyAnswerOf(form), allowed, incoming)
      : await addCode(step.user, form.get('code') ?? '', allowed, incoming);
    if (attempted.outcome !== 'authenticated') {
      incoming.note({ refusal: `second factor: ${attempted.outcome}` });
      if (attempted.outcome === 'refused') {
        return page(400, { key: form.has('credential') ? 'factors.passkeyWrong' : 'factors.wrongCode' });
      }
      const { retryAfterSeconds } = attempted;
      return {
        ...(await page(429, tooManyAttempts(retryAfterSeconds))),
        headers: { 'retry-after': String(retryAfterSeconds) },
      };
    }
    if ((await factorSteps.spend(step)) === 'alreadySpent') {
      return stepExpired(incoming, tickets, ticket, 'already used');
    }
    const remembers = form.get('remember') === 'yes' && step.sessionId === undefined;
    const more = remembers ? await rememberDevice(dependencies, incoming, attempted.user) : {};
    return finishSignIn(dependencies, incoming, attempted.user, ticket, more);
  };
}

async function factorPage(
  { devices, passkeys, flow }: SecondFactorEndpointDependencies,
  incoming: EndpointRequest,
  { step, ticket, hidden }: FoundStep,
  {
    allowed,
    status,
    error,
  }: {
    readonly allowed: readonly FactorKind[];
    readonly status: number;
    readonly error: Message | undefined;
  },
): Promise<PageResponse> {
  const { account } = step.user;
  const prompt = allowed.includes('passkey')
    ? await passkeys?.promptForFactor(account, incoming.browser)
    : undefined;
  return {
    kind: 'page',
    status,
    script: `${formScript} ${passkeyScript}`,
    languages: { account },
    ...(await formOfTicket(flow, ticket)),
    page: pageElement(SecondFactorPage, {
      action: paths.secondFactor[0],
      hidden,
      csrfToken: incoming.formToken,
      codes: codesOf(allowed),
      passkey: prompt && {
        action: paths.secondFactor[0],
        hidden: { ...hidden, challenge: prompt.sealed },
        csrfToken: incoming.formToken,
        kind: 'get',
        options: prompt.options,
        label: { key: 'factors.usePasskey' },
      },
      // A device is remembered for sign-ins; what an app requires is asked each time.
      rememberDays:
        devices.seconds > 0 && step.sessionId === undefined
          ? Math.max(1, Math.round(devices.seconds / DAY_SECONDS))
          : undefined,
      error,
    }),
  };
}

function codesOf(allowed: readonly FactorKind[]): 'none' | 'recovery' | 'app' {
  if (allowed.includes('totp')) return 'app';
  return allowed.includes('recoveryCode') ? 'recovery' : 'none';
}

async function rememberDevice(
  { devices, createEvent }: SecondFactorEndpointDependencies,
  incoming: EndpointRequest,
  { account, method }: AuthenticatedUser,
): Promise<Pick<Exclude<SessionChange, 'clear'>, 'rememberedDevice'>> {
  const { seconds } = devices;
  if (seconds === 0) return {};
  const { address, headers, rememberedDeviceCookie } = incoming;
  const value = await devices.remember(
    account.id,
    rememberedDeviceCookie,
    headers.get('user-agent'),
    ({ id }) =>
      createEvent({
        type: 'device.remembered',
        actor: userActor(account),
        via: method,
        address,
        target: { type: 'device', id },
        accountId: account.id,
      }),
  );
  return { rememberedDevice: { value, seconds } };
}
