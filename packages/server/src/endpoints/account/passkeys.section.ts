import { deviceName } from '../../accounts/device.js';
import type { WithFactorNotice } from '../../accounts/factors/factor-notices.js';
import { passkeyEvent } from '../../accounts/factors/passkey-events.js';
import type { Passkeys } from '../../accounts/factors/passkeys.js';
import type { CreateEvent } from '../../audit/events.js';
import { PasskeysPart, pageElement, passkeyScript } from '../../pages/index.js';
import type { PasskeyStore } from '../../storage/ports/index.js';
import type { Message } from '../../texts/texts.js';
import { isoTime } from '../../validation/time.js';
import { passkeyAnswerOf } from '../passkey-answer.js';
import {
  type FactorConfirmationDependencies,
  withConfirmedFactor,
  withNewFactor,
} from './factor-confirmation.js';
import type { AccountRequest, AccountSection, AccountView } from './section.js';

const NAME = 'passkeys';

const MOST_NAME_CHARACTERS = 64;

export interface PasskeysSectionDependencies extends FactorConfirmationDependencies {
  readonly passkeys: Passkeys;
  readonly store: PasskeyStore;
  readonly createEvent: CreateEvent;
  readonly withFactorNotice: WithFactorNotice;
}

/** `/account/passkeys`: the passkeys of the user. */
export function passkeysSection(dependencies: PasskeysSectionDependencies): AccountSection {
  const { passkeys, store, createEvent, withFactorNotice } = dependencies;

  const noteOf = (
    type: Parameters<typeof passkeyEvent>[1],
    { session: { account }, incoming: { address } }: AccountRequest,
  ) => passkeyEvent(createEvent, type, account, { via: 'session', address });

  async function show(request: AccountRequest, error?: Message): Promise<AccountView> {
    const { account } = request.session;
    const { options, sealed } = await passkeys.promptToAdd(account, request.incoming.browser);
    const all = await store.listOf(account.id);
    return {
      error,
      ...(error === undefined ? {} : { status: 400 }),
      script: passkeyScript,
      body: pageElement(PasskeysPart, {
        passkeys: all.map(({ id, name, createdAt, lastUsedAt, backupEligible }) => ({
          name,
          isSynced: backupEligible,
          createdAt: new Date(createdAt * 1000),
          lastUsedAt: lastUsedAt === null ? undefined : new Date(lastUsedAt * 1000),
          rename: request.formFor('rename', { passkey: id }),
          remove: request.formFor('remove', { passkey: id }),
        })),
        add: {
          ...request.formFor('add', { challenge: sealed }),
          kind: 'create',
          options,
          label: { key: 'factors.addPasskey' },
        },
      }),
    };
  }

  return {
    name: NAME,
    group: 'signIn',
    icon: 'key',
    title: 'factors.passkeysTitle',
    description: 'factors.passkeysDescription',
    ...withConfirmedFactor(dependencies, NAME, {
      show: (request) => show(request),
      actions: {
        async add(request, form) {
          const { session, incoming } = request;
          const name = nameIn(form) ?? deviceName(incoming.headers.get('user-agent'));
          const added = await passkeys.add(session.account, passkeyAnswerOf(form), incoming.browser, {
            name,
            note: noteOf('passkey.added', request),
          });
          if (added === 'added') {
            return { done: 'added', ...(await withNewFactor(dependencies, request, 'passkey')) };
          }
          return show(request, refusals[added]);
        },
        async rename(request, form) {
          const name = nameIn(form);
          if (name === undefined) return show(request, { key: 'factors.passkeyNameInvalid' });
          const { account } = request.session;
          await store.rename(form.get('passkey') ?? '', account.id, name, noteOf('passkey.renamed', request));
          return { done: 'renamed' };
        },
        async remove(request, form) {
          const { account } = request.session;
          const note = noteOf('passkey.removed', request);
          const removed = await withFactorNotice('passkeyRemoved', account, (mails) =>
            store.remove(form.get('passkey') ?? '', account.id, note, mails),
          );
          return removed === 'lastWayIn' ? show(request, { key: 'upstream.lastWayIn' }) : { done: 'removed' };
        },
      },
    }),
    notices: {
      added: 'factors.passkeyAdded',
      renamed: 'factors.passkeyRenamed',
      removed: 'factors.passkeyRemoved',
    },
    data: async (accountId) => ({
      passkeys: (await store.listOf(accountId)).map(
        ({ id, name, createdAt, lastUsedAt, backupEligible }) => ({
          id,
          name,
          synced: backupEligible,
          created_on: isoTime(createdAt),
          last_used_on: lastUsedAt === null ? null : isoTime(lastUsedAt),
        }),
      ),
    }),
  };
}

const refusals = {
  known: { key: 'factors.passkeyKnown' },
  accountFull: { key: 'factors.passkeysFull' },
  refused: { key: 'factors.passkeyFailed' },
} as const satisfies Record<string, Message>;

/** @returns undefined if the name is empty, too long or has control characters */
function nameIn(form: URLSearchParams): string | undefined {
  const name = (form.get('name') ?? '').trim();
  return name === '' || name.length > MOST_NAME_CHARACTERS || /\p{Cc}/u.test(name) ? undefined : name;
}
