import { OAuthError } from '../protocol/index.js';

/** A refusal of a form on one of the server's own pages. No app caused it, so that the page names none. */
export class RefusedForm extends OAuthError {
  constructor({ code, description, status, headers, cause }: OAuthError) {
    super(code, description, { status, headers, cause });
  }
}
