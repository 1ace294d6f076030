import { raw } from 'hono/html';
import { scriptSource } from './asset.js';
import { DeveloperHint, type DeveloperHintProps } from './developer-hint.js';
import { displayName } from './display-name.js';
import { MessagePage, type MessagePageProps } from './message.page.js';
import { useTexts } from './page-context.js';
import { redirectHref, safeWebUrl } from './safe-href.js';

export interface SignedOutPageProps {
  /** The post-logout redirect URI, checked before. */
  readonly continueHref?: string | undefined;
  readonly appName?: string | undefined;
  /** The host of that URI, shown if the user must decide whether to go there. */
  readonly continueHost?: string | undefined;
  /** The front-channel logout URIs, which the browser loads in hidden frames (Front-Channel Logout 1.0 §3). */
  readonly frames?: readonly string[] | undefined;
  /** The session at the provider where the user signed in, which the user may end too. */
  readonly atProvider?:
    | { readonly provider: string; readonly address: string; readonly isAutomatic: boolean }
    | undefined;
  /** What is wrong with the app's request. The page has no link back to the app. */
  readonly problem?: DeveloperHintProps | undefined;
}

/** Continues when the frames have loaded, and after four seconds at the latest. */
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

/** The source expression of the page's script. With scripts off, users follow the link. */
export const signedOutScript = scriptSource(scriptText);

type MessageOfPage = Pick<MessagePageProps, 'title' | 'message' | 'icon' | 'tone'>;

/** The signed-out page, which also notifies other apps through the front channel. */
export function SignedOutPage(props: SignedOutPageProps) {
  const { continueHref, continueHost, appName, frames = [], atProvider, problem } = props;
  const t = useTexts();
  const next = redirectHref(continueHref);
  const safeFrames = frames.flatMap((uri) => safeWebUrl(uri) ?? []);
  const offered = atProvider?.isAutomatic === false ? safeWebUrl(atProvider.address) : undefined;
  const waits =
    next !== undefined && offered === undefined && (safeFrames.length > 0 || atProvider !== undefined);
  return (
    <MessagePage {...(problem === undefined ? signedOut(waits, atProvider) : invalidRequest)}>
      {offered !== undefined && (
        <p class="onwards">
          <a id="sign-out-at-provider" class="button" href={offered}>
            {t('signOut.atProvider', { provider: atProvider?.provider ?? '' })}
          </a>
        </p>
      )}
      {next !== undefined && (
        <p class="onwards">
          <a id="continue" class="button button-primary" href={next}>
            {appName === undefined ? (
              t('common.continue')
            ) : (
              <span>{t('common.backTo', { app: displayName(appName, t('common.theApp')) })}</span>
            )}
          </a>
        </p>
      )}
      {next !== undefined && continueHost !== undefined && (
        <p class="small-print">
          <span>{t.rich('signOut.leadsTo', { host: <bdi class="host">{continueHost}</bdi> })}</span>
        </p>
      )}
      {safeFrames.map((uri) => (
        <iframe
          key={uri}
          class="unseen"
          src={uri}
          title={t('signOut.frame')}
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

function signedOut(waits: boolean, atProvider: SignedOutPageProps['atProvider']): MessageOfPage {
  return { title: 'signOut.done', message: messageOf(waits, atProvider), icon: 'out' };
}

function messageOf(waits: boolean, atProvider: SignedOutPageProps['atProvider']): MessageOfPage['message'] {
  if (atProvider === undefined) return waits ? 'signOut.waiting' : 'signOut.doneMessage';
  const { provider, isAutomatic } = atProvider;
  return {
    key: isAutomatic ? 'signOut.waitingForProvider' : 'signOut.stillAtProvider',
    values: { provider },
  };
}

/** RP-Initiated Logout 1.0 §4: an invalid request is not performed, and the user is informed. */
const invalidRequest: MessageOfPage = {
  title: 'signOut.invalidRequest',
  message: 'signOut.notSignedIn',
  icon: 'alert',
  tone: 'trouble',
};
