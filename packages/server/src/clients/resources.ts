import { OAuthError, parseResources, resourceKey } from '../protocol/index.js';
import type { ClientRecord } from '../storage/ports/index.js';

/** The resources that tokens can be requested for (RFC 8707), and the audience of tokens without one. */
export interface Resources {
  /**
   * The resources of a request: those in its `resource` parameters, as the deployment writes them, or else the
   * default audience of the client.
   *
   * @param text the `resource` parameter
   * @throws OAuthError `invalid_target` if one is malformed, unknown, or not available to this client
   */
  targets(client: ClientRecord, text: string | undefined): readonly string[];
  /** Whether the client may request tokens for this resource now. */
  isOpenTo(client: ClientRecord, resource: string): boolean;
  /** The audience of this client's tokens if no resource is requested. */
  audienceOf(client: ClientRecord): string;
}

/**
 * @param known the resources of the deployment. A client that is registered with resources of its own may request
 *   only those
 * @param defaultAudience the `aud` of access tokens for clients without a registered audience
 */
export function createResources(known: readonly string[], defaultAudience: string): Resources {
  const audienceOf = (client: ClientRecord) => client.audience ?? defaultAudience;
  const deployments = byKey(known);

  /** @returns the resource as the deployment writes it; undefined if it is not available to the client */
  function find(client: ClientRecord, uri: string): string | undefined {
    const key = resourceKey(uri);
    const { resources: own } = client.metadata;
    const allowed = own === undefined ? deployments : byKey(own);
    return allowed.get(key) ?? byKey([audienceOf(client)]).get(key);
  }

  return {
    audienceOf,
    isOpenTo: (client, resource) => find(client, resource) !== undefined,
    targets(client, text) {
      const named = parseResources(text);
      if (named.length === 0) return [audienceOf(client)];
      const found = named.map((uri) => {
        const resource = find(client, uri);
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
