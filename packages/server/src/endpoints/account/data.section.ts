import { DataPart, pageElement } from '../../pages/index.js';
import type { AuditEvent, AuditStore, PageCursor } from '../../storage/ports/index.js';
import { type Limits, waitOf } from '../../throttling/limit.js';
import { isoTime } from '../../validation/time.js';
import type { AccountSection } from './section.js';

/** A download reads all that is stored about the user. */
const DOWNLOADS = { name: 'downloads of all data by account', points: 10, windowSeconds: 3600 } as const;

/** The most events in a download: others can cause events, such as refused sign-ins. */
const MOST_EVENTS = 10_000;
const READ_AT_A_TIME = 500;

export interface DataDependencies {
  /** The other sections, each of which adds its data. */
  readonly sections: readonly AccountSection[];
  readonly audit: Pick<AuditStore, 'list'>;
  readonly limits: Limits;
  /** In seconds since the epoch. */
  readonly clock: () => number;
}

/** `/account/data`: everything that is stored about the user, as JSON (Article 20 GDPR). */
export function dataSection({ sections, audit, limits, clock }: DataDependencies): AccountSection {
  const downloads = limits.approximate(DOWNLOADS);

  async function eventsOf(accountId: string): Promise<readonly unknown[]> {
    const events: AuditEvent[] = [];
    let after: PageCursor | null = null;
    do {
      const page: Awaited<ReturnType<AuditStore['list']>> = await audit.list(
        { limit: READ_AT_A_TIME, after },
        { accountId },
      );
      events.push(...page.items);
      after = page.next;
    } while (after !== null && events.length < MOST_EVENTS);
    return events.map((event) => represent(event, accountId));
  }

  return {
    name: 'data',
    group: 'data',
    icon: 'folder',
    title: 'account.dataTitle',
    description: 'account.dataDescription',
    show: async ({ formFor }) => ({ body: pageElement(DataPart, { target: formFor('download') }) }),
    actions: {
      download: {
        isSensitive: true,
        async run(request) {
          const { id } = request.session.account;
          const wait = waitOf(await downloads.count(id));
          if (wait > 0) {
            const body = pageElement(DataPart, { target: request.formFor('download') });
            const minutes = Math.ceil(wait / 60);
            return { body, error: { key: 'account.dataTooMany', values: { minutes } }, status: 429 };
          }
          const content: Record<string, unknown> = { created_on: isoTime(clock()) };
          for (const { data } of sections) Object.assign(content, await data?.(id));
          content.events = await eventsOf(id);
          return {
            kind: 'bytes',
            status: 200,
            body: new TextEncoder().encode(JSON.stringify(content, null, 2)),
            headers: {
              'content-type': 'application/json',
              'content-disposition': 'attachment; filename="my-data.json"',
            },
          };
        },
      },
    },
  };
}

/** An event without who else acted and from where: that is data about another user. */
function represent(event: AuditEvent, accountId: string) {
  const { at, type, via, address, target, before, after, clientId, grantId } = event;
  const isOwn = event.actor.id === accountId || type === 'session.refused';
  return {
    at: isoTime(at),
    type,
    by: isOwn ? 'user' : event.actor.type,
    ...(isOwn ? { via, address } : {}),
    target,
    before,
    after,
    client_id: clientId,
    grant_id: grantId,
  };
}
