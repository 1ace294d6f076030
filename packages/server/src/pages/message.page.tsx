import type { Child } from 'hono/jsx';
import { Icon, type IconName } from './icons.js';
import { Layout } from './layout.js';
import { Link } from './own-address.js';
import { safeHref } from './safe-href.js';

export interface MessagePageProps {
  readonly title: string;
  /** What happened and what the user can do now. */
  readonly message: string;
  readonly tone?: 'calm' | 'trouble' | undefined;
  readonly icon?: IconName | undefined;
  /** A link to continue; left out if its address is not safe. */
  readonly next?: { readonly href: string; readonly label: string } | undefined;
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
  const href = safeHref(next?.href);
  return (
    <Layout title={title}>
      <span class={tone === 'trouble' ? 'badge badge-trouble' : 'badge'}>
        <Icon name={icon} />
      </span>
      <h1 dir="auto">{title}</h1>
      <p class="lead" dir="auto">
        {message}
      </p>
      {next !== undefined && href !== undefined && (
        <p class="onwards">
          <Link class="button button-primary" href={href}>
            {next.label}
          </Link>
        </p>
      )}
      {children}
    </Layout>
  );
}
