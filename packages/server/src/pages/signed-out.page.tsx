import { raw } from 'hono/html';
import { DeveloperHint, type DeveloperHintProps } from './developer-hint.js';
import { displayName } from './display-name.js';
import { scriptSource } from './inline-script.js';
import type { PageProps } from './layout.js';
import { MessagePage, type MessagePageProps } from './message.page.js';
import { redirectHref } from './redirect-href.js';
import { safeWebUrl } from './safe-href.js';

export interface SignedOutPageProps extends PageProps {
  /** Where the app wants the person back, one of its registered addresses. */
  readonly continueHref?: string | undefined;
  readonly appName?: string | undefined;
  /** Host of that address, where the user decides whether to go there. */
  readonly continueHost?: string | undefined;
  /** What the browser loads out of sight, so that other apps forget the person (Front-Channel Logout 1.0 §3). */
  readonly frames?: readonly string[] | undefined;
  /** What was wrong with the app's request, so that there is no way back to it. */
  readonly problem?: DeveloperHintProps | undefined;
}

/** Goes on once the frames have loaded; an app that does not answer holds nobody up for long. */
const scriptText = `(() => {
  const next = document.getElementById('continue');
  let gone = false;
  const go = () => {
    if (!gone) location.replace(next.href);
    gone = true;
  };
  addEventListener('load', go);
  setTimeout(go, 4000);
})();`;

/** Lets the page go on by itself; with scripts off, people follow its link. */
export const signedOutScript = scriptSource(scriptText);

type MessageOfPage = Pick<MessagePageProps, 'title' | 'message' | 'icon' | 'tone'>;

/** What a person sees after signing out, and while other apps are told of it. */
export function SignedOutPage(props: SignedOutPageProps) {
  const { continueHref, continueHost, appName, frames = [], problem, brand } = props;
  const next = redirectHref(continueHref);
  const safeFrames = frames.flatMap((uri) => safeWebUrl(uri) ?? []);
  const waits = next !== undefined && safeFrames.length > 0;
  return (
    <MessagePage {...(problem === undefined ? signedOut(waits) : invalidRequest)} brand={brand}>
      {next !== undefined && (
        <p class="onwards">
          <a id="continue" class="button button-primary" href={next}>
            {appName === undefined ? 'Continue' : <span>Back to {displayName(appName, 'the app')}</span>}
          </a>
        </p>
      )}
      {next !== undefined && continueHost !== undefined && (
        <p class="small-print">
          <span>
            This leads to <bdi class="host">{continueHost}</bdi>.
          </span>
        </p>
      )}
      {safeFrames.map((uri) => (
        <iframe
          key={uri}
          class="unseen"
          src={uri}
          title="Signing out of an app"
          sandbox="allow-scripts allow-same-origin"
          referrerpolicy="no-referrer"
          aria-hidden="true"
          tabindex={-1}
        />
      ))}
      {problem !== undefined && <DeveloperHint {...problem} />}
      {waits && <script>{raw(scriptText)}</script>}
    </MessagePage>
  );
}

function signedOut(waits: boolean): MessageOfPage {
  const message = waits ? 'One moment, your other apps are told too.' : 'You can close this window now.';
  return { title: 'You are signed out', message, icon: 'out' };
}

/** RP-Initiated Logout 1.0 §4: what the request asks for is not done, and the user is told so. */
const invalidRequest: MessageOfPage = {
  title: 'The app’s sign-out request is invalid',
  message: 'You are not signed in here. You can close this window now.',
  icon: 'alert',
  tone: 'trouble',
};
