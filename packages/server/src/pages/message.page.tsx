import type { Child } from 'hono/jsx';
import type { TextKey } from '../texts/catalogues.js';
import type { Message } from '../texts/texts.js';
import { Icon, type IconName } from './icons.js';
import { Layout } from './layout.js';
import { Link } from './own-address.js';
import { useTexts } from './page-context.js';
import { safeHref } from './safe-href.js';

export interface MessagePageProps {
  readonly title: TextKey;
  /** What happened and what the user can do now. */
  readonly message: TextKey | Message;
  readonly tone?: 'calm' | 'trouble' | undefined;
  readonly icon?: IconName | undefined;
  /** A link to continue; left out if its address is not safe. */
  readonly next?: { readonly href: string; readonly label: TextKey } | undefined;
  /** Details below the message. */
  readonly children?: Child;
}

/** A notice: a title, a message, and optionally a link to continue. */
export function MessagePage({
  title,
  message,
  tone = 'calm',
  icon = 'info',
  next,
  children,
}: MessagePageProps) {
  const t = useTexts();
  const href = safeHref(next?.href);
  return (
    <Layout title={t(title)}>
      <span class={tone === 'trouble' ? 'badge badge-trouble' : 'badge'}>
        <Icon name={icon} />
      </span>
      <h1>{t(title)}</h1>
      <p class="lead">{t(message)}</p>
      {next !== undefined && href !== undefined && (
        <p class="onwards">
          <Link class="button button-primary" href={href}>
            {t(next.label)}
          </Link>
        </p>
      )}
      {children}
    </Layout>
  );
}
