import { OAuthError, parseResources, resourceKey } from '@grantor/protocol';
import type { ClientRecord } from '../storage/ports/index.js';

/** The resources that tokens can be asked for (RFC 8707), and whom a token is for that none was asked for. */
export interface Resources {
  /**
   * The resources that the request names, each as the deployment writes it.
   *
   * @param text the `resource` parameter
   * @throws OAuthError `invalid_target` where one is malformed, unknown, or not this client's to ask for
   */
  asked(client: ClientRecord, text: string | undefined): readonly string[];
  /** The audience of this client's tokens where no resource is asked for. */
  audienceOf(client: ClientRecord): string;
}

/**
 * @param known the deployment's resources; a client that is registered with resources of its own may ask for
 *   those alone
 * @param defaultAudience the `aud` of access tokens for clients that are registered with none
 */
export function createResources(known: readonly string[], defaultAudience: string): Resources {
  const audienceOf = (client: ClientRecord) => client.audience ?? defaultAudience;
  const deployments = byKey(known);
  return {
    audienceOf,
    asked(client, text) {
      if (text === undefined) return [];
      const { resources: own } = client.metadata;
      const allowed = own === undefined ? deployments : byKey(own);
      const audience = byKey([audienceOf(client)]);
      const found = parseResources(text).map((uri) => {
        const key = resourceKey(uri);
        const resource = allowed.get(key) ?? audience.get(key);
        if (resource === undefined) {
          throw new OAuthError('invalid_target', "'resource' is not one that this app can ask access for");
        }
        return resource;
      });
      return [...new Set(found)];
    },
  };
}

function byKey(resources: readonly string[]): ReadonlyMap<string, string> {
  return new Map(resources.map((resource) => [resourceKey(resource), resource]));
}
