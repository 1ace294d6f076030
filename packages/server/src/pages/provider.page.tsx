import type { TextKey } from '../texts/catalogues.js';
import type { Message } from '../texts/texts.js';
import { Icon } from './icons.js';
import { Layout } from './layout.js';
import { Link } from './own-address.js';
import { useTexts } from './page-context.js';
import { type FormTarget, PostForm } from './post-form.js';

export interface ProviderMessagePageProps {
  readonly title: Message;
  /** What happened and what the user can do now. */
  readonly message: Message;
  /** Where the user continues: paths of this server. The first one is a button. */
  readonly links: readonly { readonly id: string; readonly label: Message; readonly href: string }[];
}

/** What came of a sign-in at a provider, if it was not a sign-in here. */
export function ProviderMessagePage({ title, message, links }: ProviderMessagePageProps) {
  const t = useTexts();
  return (
    <Layout title={t(title)}>
      <span class="badge">
        <Icon name="info" />
      </span>
      <h1 dir="auto">{t(title)}</h1>
      <p class="lead" dir="auto">
        {t(message)}
      </p>
      {links.map(({ id, label, href }, index) => (
        <p key={id} class={index === 0 ? 'onwards' : 'aside'}>
          <Link id={id} class={index === 0 ? 'button button-primary' : 'quiet'} href={href}>
            {t(label)}
          </Link>
        </p>
      ))}
    </Layout>
  );
}

export interface ConnectProviderPageProps {
  readonly target: FormTarget;
  /** The name of the provider. */
  readonly provider: string;
  /** How the user is named there; null if unknown. */
  readonly label: string | null;
  /** The account that it is connected with. */
  readonly account: string;
  /** Where the user continues without it, and how that is called. */
  readonly cancel: { readonly label: TextKey; readonly href: string };
}

/** Asks whether to connect an account at a provider (button `connect`). The user sees whose it is. */
export function ConnectProviderPage({ target, provider, label, account, cancel }: ConnectProviderPageProps) {
  const t = useTexts();
  return (
    <Layout title={t('upstream.confirmTitle', { provider })}>
      <h1 dir="auto">{t('upstream.confirmTitle', { provider })}</h1>
      <p class="lead" dir="auto">
        {label === null
          ? t('upstream.confirmMessage', { provider, account })
          : t('upstream.confirmMessageAs', { provider, account, label })}
      </p>
      <PostForm target={target} class="fields">
        <button id="connect" type="submit" class="button button-primary button-wide">
          {t('upstream.confirm')}
        </button>
      </PostForm>
      <p class="aside">
        <Link id="cancel" class="quiet" href={cancel.href}>
          {t(cancel.label)}
        </Link>
      </p>
    </Layout>
  );
}
