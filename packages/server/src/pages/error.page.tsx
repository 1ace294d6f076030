import { DeveloperHint } from './developer-hint.js';
import { MessagePage, type MessagePageProps } from './message.page.js';

/** Title and message are for the user: what happened and what to do now. */
export interface ErrorPageProps extends Pick<MessagePageProps, 'title' | 'message'> {
  /** For the app's developer: what to change. `` `redirect_uri` `` in backticks is shown as code. */
  readonly developerHint?: string | undefined;
  /** The `error` of RFC 6749 §4.1.2.1, or an error code of Grantor. */
  readonly errorCode?: string | undefined;
  /** The request ID in the log. */
  readonly requestId?: string | undefined;
  /** Where the user can start again. */
  readonly restartHref?: string | undefined;
}

/** An error page: a message for the user, and details for the app's developer below. */
export function ErrorPage({
  title,
  message,
  developerHint,
  errorCode,
  requestId,
  restartHref,
}: ErrorPageProps) {
  const next =
    restartHref === undefined ? undefined : ({ href: restartHref, label: 'common.startAgain' } as const);
  return (
    <MessagePage title={title} message={message} tone="trouble" icon="alert" next={next}>
      <DeveloperHint hint={developerHint} errorCode={errorCode} requestId={requestId} />
    </MessagePage>
  );
}
