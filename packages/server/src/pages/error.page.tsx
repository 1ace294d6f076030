import { DeveloperHint } from './developer-hint.js';
import type { PageProps } from './layout.js';
import { MessagePage } from './message.page.js';

export interface ErrorPageProps extends PageProps {
  readonly title: string;
  /** For the person: what happened and what they can do. */
  readonly message: string;
  /** For the app's developer: what must change. `` `redirect_uri` `` in backticks is shown as code. */
  readonly developerHint?: string | undefined;
  /** The `error` of RFC 6749 §4.1.2.1, or one of our own. */
  readonly errorCode?: string | undefined;
  /** What the operator can find in the log. */
  readonly requestId?: string | undefined;
  /** Where a person can begin again. */
  readonly restartHref?: string | undefined;
}

/** What went wrong, said to the person first and to the app's developer below. */
export function ErrorPage({
  title,
  message,
  developerHint,
  errorCode,
  requestId,
  restartHref,
  brand,
}: ErrorPageProps) {
  const next = restartHref === undefined ? undefined : { href: restartHref, label: 'Start again' };
  return (
    <MessagePage title={title} message={message} tone="trouble" icon="alert" next={next} brand={brand}>
      <DeveloperHint hint={developerHint} errorCode={errorCode} requestId={requestId} />
    </MessagePage>
  );
}
