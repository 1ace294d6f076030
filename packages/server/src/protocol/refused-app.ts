import { OAuthError } from './errors.js';

/** A refusal on a page, of a request whose app is known: the page names it. */
export class RefusedApp extends OAuthError {
  readonly appName: string;

  constructor({ code, description, status }: OAuthError, appName: string) {
    super(code, description, { status });
    this.appName = appName;
  }
}
