import { isOfOperator, type LinkedIdentities } from '../../accounts/linked-identities.js';
import { ProvidersPart, pageElement } from '../../pages/index.js';
import type { TextKey } from '../../texts/catalogues.js';
import type { Providers } from '../../upstream/create-providers.js';
import type { PendingIdentities } from '../../upstream/pending-identities.js';
import { isoTime } from '../../validation/time.js';
import { linkProblems } from '../link-problems.js';
import { providerPath } from '../provider-visit.js';
import type { AccountRequest, AccountSection, AccountView } from './section.js';

export interface ProvidersSectionDependencies {
  readonly providers: Providers;
  readonly identities: LinkedIdentities;
  readonly pendingIdentities: PendingIdentities;
}

/** `/account/providers`: the accounts at providers that the user can sign in with. */
export function providersSection({
  providers,
  identities,
  pendingIdentities,
}: ProvidersSectionDependencies): AccountSection {
  const nameOf = (id: string) => providers.get(id)?.name ?? id;

  async function show({ session, formFor }: AccountRequest): Promise<AccountView> {
    const all = await identities.list(session.account);
    const linked = all.filter(({ provider }) => !isOfOperator(provider));
    return {
      body: pageElement(ProvidersPart, {
        linked: linked.map(({ provider, subject, label, lastUsedAt }) => ({
          provider: nameOf(provider),
          label,
          lastUsedAt: new Date(lastUsedAt * 1000),
          disconnect: formFor('disconnect', { provider, subject }),
        })),
        others: [...providers].map(([id, { name }]) => ({
          id,
          name,
          href: `${providerPath(id)}?purpose=link`,
        })),
      }),
    };
  }

  const refused = async (request: AccountRequest, key: TextKey, status: number, provider: string) => ({
    ...(await show(request)),
    error: { key, values: { provider: nameOf(provider) } },
    status,
  });

  return {
    name: 'providers',
    group: 'signIn',
    icon: 'people',
    title: 'upstream.sectionTitle',
    description: 'upstream.sectionDescription',
    show,
    actions: {
      connect: {
        isSensitive: true,
        async run(request, form) {
          const { session, incoming } = request;
          const identity = pendingIdentities.open(form.get('identity'), session.record.id);
          if (identity === undefined) return refused(request, 'upstream.expired', 400, '');
          const outcome = await identities.link(session.account, identity, incoming.address);
          if (outcome === 'linked') return { done: 'connected' };
          const { key, status } = linkProblems[outcome];
          return refused(request, key, status, identity.provider);
        },
      },
      disconnect: {
        isSensitive: true,
        async run(request, form) {
          const { session, incoming } = request;
          const identity = { provider: form.get('provider') ?? '', subject: form.get('subject') ?? '' };
          const outcome = await identities.unlink(session.account, identity, incoming.address);
          if (outcome !== 'lastWayIn') return { done: 'disconnected' };
          return refused(request, 'upstream.lastWayIn', 409, identity.provider);
        },
      },
    },
    notices: { connected: 'upstream.connected', disconnected: 'upstream.disconnected' },
    data: async (accountId) => ({
      providers: (await identities.list({ id: accountId })).map((identity) => ({
        provider: identity.provider,
        subject: identity.subject,
        label: identity.label,
        created_on: isoTime(identity.createdAt),
        last_used_on: isoTime(identity.lastUsedAt),
      })),
    }),
  };
}
