import type { Parameters } from '@grantor/protocol';
import type { Resources } from '../clients/resources.js';
import type { AuthorizationRequest, Callback } from './authorization-request.js';

/** `resource`, which may be sent several times: whom the tokens are for (RFC 8707 §2.1). */
export function checkResource(
  parameters: Parameters,
  { client }: Callback,
  resources: Resources,
): Pick<AuthorizationRequest, 'resources'> {
  return { resources: resources.asked(client, parameters.resource) };
}
