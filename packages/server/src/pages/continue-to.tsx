import { displayName } from './display-name.js';
import { useTexts } from './page-context.js';

export interface ContinueToProps {
  /** Name of the app that sent the user to the page. */
  readonly appName: string;
  /** Host that the app returns to, e.g. `localhost:4200`; undefined if the browser does not return to the app. */
  readonly appHost?: string | undefined;
}

/** The line below a heading that names the app. */
export function ContinueTo({ appName, appHost }: ContinueToProps) {
  const t = useTexts();
  const app = <bdi class="strong">{displayName(appName, t('common.unnamedAppInSentence'))}</bdi>;
  return (
    <p class="lead">
      {appHost === undefined
        ? t.rich('common.continueTo', { app })
        : t.rich('common.continueToAt', { app, host: <bdi class="host">{appHost}</bdi> })}
    </p>
  );
}
