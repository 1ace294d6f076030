import { displayName } from './display-name.js';

export interface ContinueToProps {
  /** Name of the app that sent the user to the page. */
  readonly appName: string;
  /** Host that the app returns to, e.g. `localhost:4200`; undefined if the browser does not return to the app. */
  readonly appHost?: string | undefined;
}

/** The line below a heading that names the app. */
export function ContinueTo({ appName, appHost }: ContinueToProps) {
  return (
    <p class="lead">
      to continue to <bdi class="strong">{displayName(appName, 'an app without a name')}</bdi>
      {appHost !== undefined && (
        <>
          {' '}
          at <bdi class="host">{appHost}</bdi>
        </>
      )}
    </p>
  );
}
