import { addToRedirectUri } from '@grantor/protocol';
import type { Callback } from '../authorization/authorization-request.js';
import type { ResponseParameters } from '../authorization/response.js';
import { FormPostPage, formPostScript } from '../pages/index.js';
import { type Answer, redirect, type SessionChange } from './endpoint.js';

/** Takes a response to the client, in the way that the request asked for (`response_mode`). */
export function respond(
  { client, redirectUri, responseMode }: Callback,
  parameters: ResponseParameters,
  change?: SessionChange,
): Answer {
  if (responseMode !== 'form_post') {
    return redirect(addToRedirectUri(redirectUri, parameters, responseMode), change);
  }
  // Form Post Response Mode 1.0 §2: a page whose form sends itself, or is sent by its button.
  return {
    kind: 'page',
    status: 200,
    page: FormPostPage({ action: redirectUri, fields: parameters, appName: client.name }),
    formTarget: redirectUri,
    script: formPostScript,
    ...(change === undefined ? {} : { session: change }),
  };
}
