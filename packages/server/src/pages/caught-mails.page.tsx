import { Layout } from './layout.js';
import { safeHref } from './safe-href.js';

export interface CaughtMailsPageProps {
  /** The newest first. */
  readonly mails: readonly {
    readonly to: string;
    readonly subject: string;
    readonly text: string;
    /** RFC 3339 */
    readonly at: string;
  }[];
}

/** The mails that were caught instead of sent, for developers. */
export function CaughtMailsPage({ mails }: CaughtMailsPageProps) {
  return (
    <Layout title="Mails">
      <h1>Mails</h1>
      <p class="lead">
        {mails.length === 0
          ? 'Grantor has sent no mail yet. In development, mails are shown here instead of being sent.'
          : 'In development, mails are shown here instead of being sent. Reload the page for new ones.'}
      </p>
      {mails.map(({ to, subject, text, at }) => (
        <section class="caught-mail">
          <h2 dir="auto">{subject}</h2>
          <p class="field-hint">
            <bdi>{to}</bdi> · <time datetime={at}>{at.replace(/^(.+)T(.{8}).*$/, '$1, $2 UTC')}</time>
          </p>
          <p class="mail-text" dir="auto">
            {text
              .split(/(https?:\/\/\S+)/)
              .map((part) => (/^https?:/.test(part) ? <a href={safeHref(part) ?? '/'}>{part}</a> : part))}
          </p>
        </section>
      ))}
    </Layout>
  );
}
