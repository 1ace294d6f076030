import type { UncheckedRequest } from './authorization-request.js';
import type { CheckContext } from './check-table.js';

/** The resources of a request. */
export interface RequestedResources {
  /** Those that it names, else the default audience alone. */
  readonly targets: readonly string[];
  readonly audience: string;
}

/** `resource`, which may be sent several times: where the tokens are to be used (RFC 8707 §2.1). */
export function checkResource(
  { client, parameters }: UncheckedRequest,
  { resources }: CheckContext,
): RequestedResources {
  return {
    targets: resources.targets(client, parameters.resource),
    audience: resources.audienceOf(client),
  };
}
