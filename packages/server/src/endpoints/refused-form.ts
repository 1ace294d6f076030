import { OAuthError } from '../protocol/index.js';

/** A refusal of a form that the page describes as such: it does not blame an app. */
export class RefusedForm extends OAuthError {
  constructor({ code, description, status, headers, cause }: OAuthError) {
    super(code, description, { status, headers, cause });
  }
}

/** The error for a form that could not be read: a refusal of the form, or a failure of the server as it is. */
export function asRefusedForm(error: unknown): unknown {
  return error instanceof OAuthError && error.status < 500 ? new RefusedForm(error) : error;
}
