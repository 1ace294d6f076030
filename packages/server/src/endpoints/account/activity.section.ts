import { type AccountEvent, ActivityPart, pageElement } from '../../pages/index.js';
import type { AuditEvent, AuditStore, ClientStore, PageCursor } from '../../storage/ports/index.js';
import type { TextKey } from '../../texts/catalogues.js';
import { accountPath } from '../account-return.js';
import { placeOf } from './place.js';
import type { AccountSection } from './section.js';

const EVENTS_ON_A_PAGE = 30;

/** What the user reads of each event. Events of other types are not shown. */
const words = {
  'session.started': 'account.eventSignedIn',
  'session.renewed': 'account.eventSignedInAgain',
  'session.ended': 'account.eventSignedOut',
  'session.refused': 'account.eventRefused',
  'consent.given': 'account.eventAllowed',
  'consent.denied': 'account.eventDenied',
  'consent.revoked': 'account.eventRevoked',
  'grant.revoked': 'account.eventGrantRevoked',
  'api_key.created': 'account.eventKeyCreated',
  'api_key.updated': 'account.eventKeyRenamed',
  'api_key.deleted': 'account.eventKeyDeleted',
  'personal_access_token.issued': 'account.eventTokenIssued',
  authorization_code_reused: 'account.eventTokenReused',
  refresh_token_reused: 'account.eventTokenReused',
  'account.created': 'account.eventAccountCreated',
  'account.updated': 'account.eventAccountChanged',
  'account.disabled': 'account.eventAccountDisabled',
  'account.enabled': 'account.eventAccountEnabled',
  'account.access_ended': 'account.eventAccessEnded',
  'passkey.added': 'account.eventPasskeyAdded',
  'passkey.renamed': 'account.eventPasskeyRenamed',
  'passkey.removed': 'account.eventPasskeyRemoved',
  'totp.added': 'account.eventTotpAdded',
  'totp.removed': 'account.eventTotpRemoved',
  'recovery_code.used': 'account.eventRecoveryCodeUsed',
  'recovery_codes.replaced': 'account.eventRecoveryCodesReplaced',
  'device.remembered': 'account.eventDeviceRemembered',
  'device.forgotten': 'account.eventDeviceForgotten',
  'account.factors_reset': 'account.eventFactorsReset',
  'identity.linked': 'account.eventIdentityLinked',
  'identity.unlinked': 'account.eventIdentityUnlinked',
} as const satisfies Readonly<Record<string, TextKey>>;

export interface ActivityDependencies {
  readonly audit: Pick<AuditStore, 'list'>;
  readonly clients: Pick<ClientStore, 'find'>;
}

/** `/account/activity`: what happened to the account, from the audit trail. */
export function activitySection({ audit, clients }: ActivityDependencies): AccountSection {
  return {
    name: 'activity',
    group: 'signIn',
    icon: 'clock',
    title: 'account.activityTitle',
    description: 'account.activityDescription',
    async show({ session, query }) {
      const { id } = session.account;
      const page = await audit.list({ limit: EVENTS_ON_A_PAGE, after: cursorOf(query) }, { accountId: id });
      const known = page.items.filter(({ type }) => Object.hasOwn(words, type));
      const clientIds = [...new Set(known.flatMap(({ clientId }) => clientId ?? []))];
      const found = await Promise.all(clientIds.map((clientId) => clients.find(clientId)));
      const names = new Map(
        found.flatMap((client) => (client === undefined ? [] : [[client.id, client.name]])),
      );
      return {
        body: pageElement(ActivityPart, {
          events: known.map((event) => shown(event, id, names)),
          moreHref:
            page.next === null
              ? undefined
              : `${accountPath('activity')}?before=${page.next.createdAt}&after=${encodeURIComponent(page.next.id)}`,
        }),
      };
    },
  };
}

function shown(event: AuditEvent, accountId: string, names: ReadonlyMap<string, string>): AccountEvent {
  const { actor, clientId } = event;
  const isOwn = actor.type === 'account' && actor.id === accountId;
  // A refused sign-in has no actor: its address is that of the attempt.
  const isAttempt = event.type === 'session.refused';
  return {
    text: words[event.type as keyof typeof words],
    at: new Date(event.at * 1000),
    // Who else acts, and from where, is not for this user.
    by: isOwn || isAttempt ? 'user' : actor.type === 'client' ? 'app' : 'administrator',
    place: isOwn || isAttempt ? placeOf(event.address) : undefined,
    app: clientId === null ? undefined : names.get(clientId),
  };
}

function cursorOf(query: URLSearchParams): PageCursor | null {
  const before = query.get('before') ?? '';
  const id = query.get('after') ?? '';
  return /^\d{1,12}$/.test(before) && /^[\x21-\x7e]{1,256}$/.test(id)
    ? { createdAt: Number(before), id }
    : null;
}
