import type { PageProps } from './layout.js';
import { MessagePage } from './message.page.js';

export interface SignedOutPageProps extends PageProps {
  readonly title?: string | undefined;
  readonly message?: string | undefined;
  /** Where to go on; only http and https URLs and paths of this server become a link. */
  readonly continueHref?: string | undefined;
  readonly continueLabel?: string | undefined;
}

/** What a person sees after signing out. */
export function SignedOutPage({
  title = 'You are signed out',
  message = 'You can close this window now.',
  continueHref,
  continueLabel = 'Continue',
  brand,
}: SignedOutPageProps) {
  const next = continueHref === undefined ? undefined : { href: continueHref, label: continueLabel };
  return <MessagePage title={title} message={message} icon="out" next={next} brand={brand} />;
}
