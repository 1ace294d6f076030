import { type ApiKeyManagement, KEYS_PER_USER } from '../../api-keys/api-key-management.js';
import { representApiKey } from '../../api-keys/api-key-representation.js';
import type { CreateEvent } from '../../audit/events.js';
import type { Clock } from '../../crypto/clock.js';
import { type AccountToken, NewTokenPart, pageElement, TokensPart } from '../../pages/index.js';
import { type Developers, type Principal, principalOfUser } from '../../principals/principal.js';
import { type ManagementScope, managementScopeNames } from '../../scopes/management-scopes.js';
import type {
  ApiKeyRecord,
  ApiKeyStore,
  GrantListStore,
  GrantStore,
  ListedGrant,
} from '../../storage/ports/index.js';
import { isoTime } from '../../validation/time.js';
import { text } from '../../validation/values.js';
import { accountPath } from '../account-return.js';
import type { AccountOutcome, AccountRequest, AccountSection } from './section.js';
import { userEvent } from './user-event.js';

/** The lifetimes to choose from, in days. A key that never expires is created with the API. */
const LIFETIMES = [7, 30, 90, 365] as const;
const USUAL_LIFETIME = 30;
const DAY_SECONDS = 86_400;

/** The scopes that only an administrator's key can use. */
const ofAdministrators: readonly ManagementScope[] = [
  'grantor.accounts:read',
  'grantor.accounts:write',
  'grantor.audit:read',
  'grantor.sign-ins:read',
  'grantor.sign-ins:write',
  'grantor.scim:read',
  'grantor.scim:write',
  'grantor.scopes:write',
];

const MOST_GRANTS = 100;

export interface TokensDependencies {
  readonly apiKeys: Pick<ApiKeyStore, 'find' | 'list'>;
  readonly management: ApiKeyManagement;
  readonly grants: GrantListStore & Pick<GrantStore, 'revoke'>;
  readonly developers: Developers;
  readonly createEvent: CreateEvent;
  readonly clock: Clock;
}

/** `/account/tokens`: the keys with which programs call the management API for the user. */
export function tokensSection(dependencies: TokensDependencies): AccountSection {
  const { apiKeys, management, grants, developers, createEvent, clock } = dependencies;

  const keysOf = async (accountId: string) =>
    (await apiKeys.list({ limit: KEYS_PER_USER, after: null }, accountId)).items;

  /** Personal access tokens for the user's own apps; they exist with `GRANTOR_COMPAT=docspace`. */
  const personalTokensOf = async (accountId: string) => {
    const { items } = await grants.list({ limit: MOST_GRANTS, after: null }, { accountId });
    return items.filter(({ origin, expiresAt }) => origin.kind === 'developer' && expiresAt > clock());
  };

  async function list(request: AccountRequest, created?: { name: string; key: string }) {
    const { id } = request.session.account;
    const [keys, personal] = await Promise.all([keysOf(id), personalTokensOf(id)]);
    return {
      body: pageElement(TokensPart, {
        tokens: [
          ...keys.map((key) => shownKey(key, request)),
          ...personal.map((grant) => shownGrant(grant, request)),
        ],
        created,
        newHref: `${accountPath('tokens')}/new`,
      }),
    };
  }

  function form(request: AccountRequest, name = '', chosen: readonly string[] = []) {
    const scopes = scopesFor(request, management.scopes);
    return {
      title: 'account.tokensNew',
      body: pageElement(NewTokenPart, {
        target: request.formFor('create'),
        name,
        lifetimes: LIFETIMES,
        lifetime: USUAL_LIFETIME,
        scopes: scopes.map((scope) => ({ scope, isChosen: chosen.includes(scope) })),
      }),
    } as const;
  }

  async function create(request: AccountRequest, sent: URLSearchParams): Promise<AccountOutcome> {
    const { session, incoming } = request;
    const name = text(1, 256).safeParse((sent.get('name') ?? '').trim());
    const days = LIFETIMES.find((lifetime) => String(lifetime) === sent.get('lifetime'));
    const chosen = scopesFor(request, management.scopes).filter((scope) => sent.get(scope) !== null);
    const refuse = (key: 'account.tokensInvalidName' | 'account.tokensNoScope' | 'account.tokensFull') => ({
      ...form(request, name.data ?? '', chosen),
      error: { key },
      status: 400,
    });
    if (!name.success || days === undefined) return refuse('account.tokensInvalidName');
    if (chosen.length === 0) return refuse('account.tokensNoScope');
    const made = await management.create(
      principalOf(session, developers),
      { name: name.data, scopes: chosen, lifetimeSeconds: days * DAY_SECONDS },
      { event: userEvent(createEvent, session, incoming) },
    );
    if ('refused' in made) return refuse('account.tokensFull');
    return list(request, { name: name.data, key: made.key });
  }

  async function remove({ session, incoming }: AccountRequest, id: string): Promise<void> {
    const key = await apiKeys.find(id);
    if (key === undefined || key.accountId !== session.account.id) return;
    await management.delete(id, {
      event: userEvent(createEvent, session, incoming),
      inspect: () => {},
    });
  }

  async function endGrant({ session, incoming }: AccountRequest, id: string): Promise<void> {
    const grant = await grants.findLive(id);
    if (grant === undefined || grant.accountId !== session.account.id) return;
    const event = userEvent(
      createEvent,
      session,
      incoming,
    )({
      type: 'grant.revoked',
      target: { type: 'grant', id },
      clientId: grant.clientId,
      accountId: grant.accountId,
      grantId: id,
    });
    await grants.revoke(id, clock(), event);
  }

  return {
    name: 'tokens',
    group: 'access',
    icon: 'key',
    title: 'account.tokensTitle',
    description: 'account.tokensDescription',
    show: (request) => list(request),
    pages: { new: { isSensitive: true, show: async (request) => form(request) } },
    actions: {
      create: { isSensitive: true, run: create },
      delete: {
        isSensitive: false,
        async run(request, sent) {
          await remove(request, sent.get('key') ?? '');
          return { done: 'deleted' };
        },
      },
      end: {
        isSensitive: false,
        async run(request, sent) {
          await endGrant(request, sent.get('grant') ?? '');
          return { done: 'deleted' };
        },
      },
    },
    notices: { deleted: 'account.tokensDeleted' },
    data: async (accountId) => ({
      api_keys: (await keysOf(accountId)).map((key) => ({
        ...representApiKey(key),
        last_used_on: key.lastUsedAt === null ? null : isoTime(key.lastUsedAt),
      })),
      personal_access_tokens: (await personalTokensOf(accountId)).map((grant) => ({
        client_id: grant.clientId,
        client_name: grant.clientName,
        scopes: grant.scopes,
        created_on: isoTime(grant.createdAt),
        expires_on: isoTime(grant.expiresAt),
      })),
    }),
  };
}

/** The scopes that a key of this user can use. */
function scopesFor({ session }: AccountRequest, keyScopes: readonly string[]): readonly ManagementScope[] {
  const own = managementScopeNames.filter((name) => keyScopes.includes(name));
  return session.account.isAdmin ? own : own.filter((name) => !ofAdministrators.includes(name));
}

function principalOf({ record, account }: AccountRequest['session'], developers: Developers): Principal {
  return principalOfUser(account, developers, {
    scopes: null,
    credential: { kind: 'session', sessionId: record.id, tokenHash: record.tokenHash },
    via: 'session',
    expiresAt: null,
  });
}

function shownKey(key: ApiKeyRecord, { formFor }: AccountRequest): AccountToken {
  return {
    name: key.name,
    prefix: key.prefix,
    scopes: key.scopes,
    createdAt: new Date(key.createdAt * 1000),
    expiresAt: key.expiresAt === null ? undefined : new Date(key.expiresAt * 1000),
    lastUsedAt: key.lastUsedAt === null ? undefined : new Date(key.lastUsedAt * 1000),
    remove: formFor('delete', { key: key.id }),
  };
}

function shownGrant(grant: ListedGrant, { formFor }: AccountRequest): AccountToken {
  return {
    name: grant.clientName,
    prefix: undefined,
    scopes: grant.scopes,
    createdAt: new Date(grant.createdAt * 1000),
    expiresAt: new Date(grant.expiresAt * 1000),
    lastUsedAt: undefined,
    remove: formFor('end', { grant: grant.id }),
  };
}
