import type { CreateEvent } from '../../audit/events.js';
import { consentLines } from '../../consents/consent-lines.js';
import type { ConsentSecondsOf } from '../../consents/find-consent.js';
import { withdrawConsent } from '../../consents/withdraw-consent.js';
import type { Clock } from '../../crypto/clock.js';
import type { LogoCopies } from '../../logos/logo-copies.js';
import { type AccountApp, AppsPart, pageElement } from '../../pages/index.js';
import { isConsentCurrent } from '../../scopes/consent-lifetime.js';
import type { ScopeCatalogue } from '../../scopes/scope-catalogue.js';
import type {
  AppUse,
  ClientRecord,
  ConsentCursor,
  ConsentRecord,
  ConsentStore,
} from '../../storage/ports/index.js';
import { chooseLanguage } from '../../texts/choose-language.js';
import type { Texts, Translator } from '../../texts/texts.js';
import { isoTime } from '../../validation/time.js';
import { accountPath } from '../account-return.js';
import type { AccountRequest, AccountSection } from './section.js';
import { userEvent } from './user-event.js';

const APPS_ON_A_PAGE = 30;

/** How many consents are read at a time where all are read. */
const READ_AT_A_TIME = 100;

export interface AppsDependencies {
  readonly consents: Pick<ConsentStore, 'inspect' | 'listOfAccount' | 'usesOfAccount' | 'withdraw'>;
  readonly scopes: Pick<ScopeCatalogue, 'current'>;
  readonly logos: Pick<LogoCopies, 'addressFor'>;
  /** The default audience of a client. */
  readonly audienceOf: (client: ClientRecord) => string;
  readonly consentSecondsOf: ConsentSecondsOf;
  readonly texts: Texts;
  readonly createEvent: CreateEvent;
  readonly clock: Clock;
}

type Allowed = ConsentRecord & { readonly client: ClientRecord };

/** `/account/apps`: which apps the user allowed something. */
export function appsSection(dependencies: AppsDependencies): AccountSection {
  const { consents, scopes, texts, logos, audienceOf, consentSecondsOf, createEvent, clock } = dependencies;

  /** All consents of a user, page by page. */
  async function* all(accountId: string): AsyncGenerator<Allowed> {
    let after: ConsentCursor | null = null;
    do {
      const page: Awaited<ReturnType<ConsentStore['listOfAccount']>> = await consents.listOfAccount(
        accountId,
        { limit: READ_AT_A_TIME, after },
      );
      yield* page.items;
      after = page.next;
    } while (after !== null);
  }

  const revoke = ({ session, incoming }: AccountRequest, clientId: string) =>
    withdrawConsent(
      consents,
      { accountId: session.account.id, clientId, now: clock() },
      userEvent(createEvent, session, incoming),
    );

  async function shown(
    { items, client }: Allowed,
    use: AppUse | undefined,
    t: Translator,
    { formFor }: AccountRequest,
  ): Promise<AccountApp> {
    const lines = consentLines(items, {
      known: [],
      isOptional: () => false,
      catalogue: scopes.current(),
      audience: audienceOf(client),
      texts: t,
    });
    return {
      name: client.name,
      logoUri: await logos.addressFor(client),
      website: client.metadata.client_uri,
      access: lines.map(({ title, language: of, resource }) => ({ title, language: of, resource })),
      allowedAt: dateOf(use?.allowedAt ?? null),
      lastUsedAt: dateOf(use?.lastUsedAt ?? null),
      revoke: formFor('revoke', { client: client.id }),
    };
  }

  return {
    name: 'apps',
    group: 'access',
    icon: 'link',
    title: 'account.appsTitle',
    description: 'account.appsDescription',
    async show(request) {
      const { session, query, incoming } = request;
      const after = cursorOf(query);
      const [page, uses] = await Promise.all([
        consents.listOfAccount(session.account.id, { limit: APPS_ON_A_PAGE, after }),
        consents.usesOfAccount(session.account.id),
      ]);
      const now = clock();
      const apps = page.items
        .map(({ items, ...allowed }) => ({
          ...allowed,
          items: items.filter((item) => isConsentCurrent(item.allowedAt, consentSecondsOf(item), now)),
        }))
        .filter(({ items }) => items.length > 0);
      const language = chooseLanguage({ account: session.account }, incoming.headers.get('accept-language'));
      const t = texts.in(language);
      return {
        body: pageElement(AppsPart, {
          apps: await Promise.all(apps.map((app) => shown(app, uses.get(app.clientId), t, request))),
          revokeAll:
            page.items.length + (after === null ? 0 : 1) > 1 ? request.formFor('revoke-all') : undefined,
          moreHref:
            page.next === null
              ? undefined
              : `${accountPath('apps')}?before=${page.next.modifiedAt}&after=${encodeURIComponent(page.next.id)}`,
        }),
      };
    },
    actions: {
      revoke: {
        isSensitive: false,
        async run(request, form) {
          await revoke(request, form.get('client') ?? '');
          return { done: 'revoked' };
        },
      },
      'revoke-all': {
        isSensitive: false,
        async run(request) {
          const clientIds: string[] = [];
          for await (const { clientId } of all(request.session.account.id)) clientIds.push(clientId);
          for (const clientId of clientIds) await revoke(request, clientId);
          return { done: 'revoked-all' };
        },
      },
    },
    notices: { revoked: 'account.appsRevoked', 'revoked-all': 'account.appsRevokedAll' },
    async data(accountId) {
      const uses = await consents.usesOfAccount(accountId);
      const allowed: unknown[] = [];
      for await (const { clientId, client } of all(accountId)) {
        const items = await consents.inspect(accountId, clientId);
        allowed.push({
          client_id: clientId,
          client_name: client.name,
          last_used_on: timeOf(uses.get(clientId)?.lastUsedAt ?? null),
          access: items.map(({ resource, name, allowedAt }) => ({
            resource,
            scope: name,
            allowed_on: isoTime(allowedAt),
          })),
        });
      }
      return { apps_with_access: allowed };
    },
  };
}

function cursorOf(query: URLSearchParams): ConsentCursor | null {
  const before = query.get('before') ?? '';
  return /^\d{1,12}$/.test(before)
    ? { modifiedAt: Number(before), id: (query.get('after') ?? '').slice(0, 128).replaceAll('\0', '') }
    : null;
}

const dateOf = (seconds: number | null) => (seconds === null ? undefined : new Date(seconds * 1000));
const timeOf = (seconds: number | null) => (seconds === null ? null : isoTime(seconds));
