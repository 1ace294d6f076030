import type { Resources } from '../clients/resources.js';
import type { Parameters } from '../protocol/index.js';
import type { Callback } from './authorization-request.js';

/** What the request says about resources. */
export interface RequestedResources {
  /** Those that it names, else the default audience alone. */
  readonly targets: readonly string[];
  readonly audience: string;
}

/** `resource`, which may be sent several times: where the tokens are to be used (RFC 8707 §2.1). */
export function checkResource(
  parameters: Parameters,
  { client }: Callback,
  resources: Resources,
): RequestedResources {
  return {
    targets: resources.targets(client, parameters.resource),
    audience: resources.audienceOf(client),
  };
}
