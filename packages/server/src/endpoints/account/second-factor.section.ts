import type { WithFactorNotice } from '../../accounts/factors/factor-notices.js';
import type { FactorPolicy } from '../../accounts/factors/factor-policy.js';
import type { ReplaceRecoveryCodes } from '../../accounts/factors/replace-recovery-codes.js';
import type { TotpEnrolment, TotpSetup } from '../../accounts/factors/totp-enrolment.js';
import { type CreateEvent, userActor } from '../../audit/events.js';
import type { Clock } from '../../crypto/clock.js';
import { pageElement, RecoveryCodes, SecondFactorPart, TotpSetupPart } from '../../pages/index.js';
import type { AuditEvent, RememberedDeviceStore, SecondFactorStore } from '../../storage/ports/index.js';
import type { Message } from '../../texts/texts.js';
import { isoTime } from '../../validation/time.js';
import { accountPath } from '../account-return.js';
import {
  type FactorConfirmationDependencies,
  withConfirmedFactor,
  withNewFactor,
} from './factor-confirmation.js';
import type { AccountRequest, AccountSection, AccountView } from './section.js';

const NAME = 'second-factor';

export interface SecondFactorSectionDependencies extends FactorConfirmationDependencies {
  readonly factorPolicy: Pick<FactorPolicy, 'factorsOf' | 'isRequired'>;
  readonly factors: SecondFactorStore;
  readonly devices: RememberedDeviceStore;
  readonly totpEnrolment: TotpEnrolment;
  readonly createEvent: CreateEvent;
  readonly withFactorNotice: WithFactorNotice;
  readonly replaceRecoveryCodes: ReplaceRecoveryCodes;
  readonly clock: Clock;
}

/** `/account/second-factor`: the authenticator app, recovery codes, and remembered devices. */
export function secondFactorSection(dependencies: SecondFactorSectionDependencies): AccountSection {
  const { factors, devices, totpEnrolment, createEvent, withFactorNotice, replaceRecoveryCodes, clock } =
    dependencies;

  const eventOf = (type: AuditEvent['type'], { session, incoming }: AccountRequest) =>
    createEvent({
      type,
      actor: userActor(session.account),
      via: 'session',
      address: incoming.address,
      target: { type: 'account', id: session.account.id },
      accountId: session.account.id,
    });

  const setupView = (request: AccountRequest, { key, address, sealed }: TotpSetup, error?: Message) => ({
    error,
    ...(error === undefined ? {} : { status: 400 }),
    body: pageElement(TotpSetupPart, {
      ...request.formFor('turn-on', { setup: sealed }),
      secret: key,
      address,
    }),
  });

  const codesView = (codes: readonly string[]): AccountView => ({
    body: pageElement(RecoveryCodes, { codes, continueHref: accountPath(NAME) }),
  });

  async function show(request: AccountRequest): Promise<AccountView> {
    const { account } = request.session;
    const { hasTotp, passkeys, recoveryCodes } = await factors.enrolledBy(account.id);
    if (!hasTotp && passkeys === 0) return setupView(request, totpEnrolment.begin(account));
    const remembered = await devices.listOf(account.id, clock());
    return {
      body: pageElement(SecondFactorPart, {
        setUp: hasTotp ? undefined : request.formFor('set-up'),
        turnOff: hasTotp ? request.formFor('turn-off') : undefined,
        recoveryCodes,
        newCodes: request.formFor('new-codes'),
        devices: remembered.map(({ id, name, createdAt, expiresAt }) => ({
          name,
          createdAt: new Date(createdAt * 1000),
          expiresAt: new Date(expiresAt * 1000),
          forget: request.formFor('forget', { device: id }),
        })),
      }),
    };
  }

  return {
    name: NAME,
    group: 'signIn',
    icon: 'phone',
    title: 'factors.sectionTitle',
    description: 'factors.sectionDescription',
    ...withConfirmedFactor(dependencies, NAME, {
      show,
      actions: {
        'set-up': async (request) => setupView(request, totpEnrolment.begin(request.session.account)),
        async 'turn-on'(request, form) {
          const { session, incoming } = request;
          const by = { address: incoming.address, via: 'session' };
          const setup = form.get('setup') ?? '';
          const confirmed = await totpEnrolment.confirm(session.account, setup, form.get('code') ?? '', by);
          if (confirmed.outcome === 'added') {
            const codes = codesView(confirmed.recoveryCodes);
            return { ...codes, ...(await withNewFactor(dependencies, request, 'totp')) };
          }
          if (confirmed.outcome === 'refused') return show(request);
          return setupView(request, confirmed.setup, { key: 'factors.wrongCode' });
        },
        async 'turn-off'(request) {
          const { account } = request.session;
          const note = () => eventOf('totp.removed', request);
          await withFactorNotice('totpRemoved', account, (mails) =>
            factors.removeTotp(account.id, note, mails),
          );
          return { done: 'turned-off' };
        },
        async 'new-codes'(request) {
          const { account } = request.session;
          const by = { via: 'session', address: request.incoming.address };
          const codes = await withFactorNotice('recoveryCodesReplaced', account, (mails) =>
            replaceRecoveryCodes(account, by, mails),
          );
          return codesView(codes);
        },
        async forget(request, form) {
          const { id } = request.session.account;
          await devices.remove(id, form.get('device') ?? '', () => eventOf('device.forgotten', request));
          return { done: 'forgotten' };
        },
      },
    }),
    notices: { 'turned-off': 'factors.turnedOff', forgotten: 'factors.deviceForgotten' },
    data: async (accountId) => {
      const totp = await factors.findTotp(accountId);
      const { recoveryCodes } = await factors.enrolledBy(accountId);
      const remembered = await devices.listOf(accountId, clock());
      return {
        authenticator_app: totp === undefined ? null : { created_on: isoTime(totp.createdAt) },
        recovery_codes: recoveryCodes,
        remembered_devices: remembered.map(({ id, name, createdAt, expiresAt }) => ({
          id,
          name,
          created_on: isoTime(createdAt),
          expires_on: isoTime(expiresAt),
        })),
      };
    },
  };
}
