import type { UserSessions } from '../../accounts/user-sessions.js';
import { type AccountSession, pageElement, SessionsPart } from '../../pages/index.js';
import type { SessionRecord } from '../../storage/ports/index.js';
import { isoTime } from '../../validation/time.js';
import { placeOf } from './place.js';
import type { AccountRequest, AccountSection } from './section.js';

/** `/account/sessions`: where the user is signed in. */
export function sessionsSection(sessions: UserSessions): AccountSection {
  return {
    name: 'sessions',
    group: 'signIn',
    icon: 'screen',
    title: 'account.sessionsTitle',
    description: 'account.sessionsDescription',
    async show(request) {
      const own = request.session.record.id;
      const all = await sessions.list(request.session.account.id);
      const ordered = [...all.filter(({ id }) => id === own), ...all.filter(({ id }) => id !== own)];
      return {
        body: pageElement(SessionsPart, {
          sessions: ordered.map((record) => shown(record, request)),
          endOthers: ordered.length > 1 ? request.formFor('end-others') : undefined,
        }),
      };
    },
    actions: {
      end: {
        isSensitive: false,
        async run({ session, incoming }, form) {
          const id = form.get('session') ?? '';
          // This session ends on the sign-out page, which also tells the apps in this browser.
          if (id !== session.record.id) await sessions.end(session, id, incoming.address);
          return { done: 'ended' };
        },
      },
      'end-others': {
        isSensitive: false,
        async run({ session, incoming }) {
          await sessions.endOthers(session, incoming.address);
          return { done: 'ended-others' };
        },
      },
    },
    notices: { ended: 'account.sessionsEnded', 'ended-others': 'account.sessionsEndedOthers' },
    data: async (accountId) => ({
      sessions: (await sessions.list(accountId)).map((record) => ({
        id: record.id,
        browser: record.device.browser,
        system: record.device.system,
        address: record.address,
        created_on: isoTime(record.createdAt),
        authenticated_on: isoTime(record.authTime),
        acr: record.acr,
        amr: record.amr,
        last_seen_on: isoTime(record.lastSeenAt),
        expires_on: isoTime(record.expiresAt),
      })),
    }),
  };
}

function shown(record: SessionRecord, { session, formFor }: AccountRequest): AccountSession {
  return {
    ...record.device,
    place: placeOf(record.address),
    startedAt: new Date(record.authTime * 1000),
    lastSeenAt: new Date(record.lastSeenAt * 1000),
    isCurrent: record.id === session.record.id,
    end: formFor('end', { session: record.id }),
  };
}
