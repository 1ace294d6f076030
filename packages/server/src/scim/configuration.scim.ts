import { type Attribute, type ResourceType, resourceTypes } from './attributes.js';
import { listResponse, MOST_RESULTS } from './list.js';
import type { Resource } from './resource.js';
import { missing, resourceResponse } from './responses.js';
import { ScimError } from './scim-error.js';
import { idIn, type ScimOperation, scimOperation } from './scim-operation.js';

/** `/ServiceProviderConfig`, `/ResourceTypes` and `/Schemas` (RFC 7644 §4). */
export function scimConfiguration(base: string): readonly ScimOperation[] {
  const types = resourceTypes.map((type) => representType(type, base));
  const schemas = resourceTypes.map((type) => representSchema(type, base));
  const one =
    (all: readonly Resource[]): Parameters<typeof scimOperation>[2] =>
    (call) => {
      const found = all.find(({ id }) => id === idIn(call));
      if (found === undefined) throw missing();
      return resourceResponse(200, found, found);
    };
  const list =
    (all: readonly Resource[]): Parameters<typeof scimOperation>[2] =>
    (_, query) => {
      // RFC 7644 §4: a filter is refused, so that clients do not take the list for filtered.
      if (new URLSearchParams(query).has('filter')) {
        throw new ScimError('invalidFilter', 'filter is not supported here', 403);
      }
      return listResponse({ items: all, total: all.length }, { offset: 0 });
    };
  const config = serviceProviderConfig(base);
  return [
    scimOperation('GET', '/ServiceProviderConfig', () => resourceResponse(200, config, config)),
    scimOperation('GET', '/ResourceTypes', list(types)),
    scimOperation('GET', '/ResourceTypes/:id', one(types)),
    scimOperation('GET', '/Schemas', list(schemas)),
    scimOperation('GET', '/Schemas/:id', one(schemas)),
  ];
}

function serviceProviderConfig(base: string): Resource {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: MOST_RESULTS },
    changePassword: { supported: true },
    sort: { supported: false },
    etag: { supported: true },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'API key',
        description: 'An API key or an access token with the scope grantor.scim:write',
        primary: true,
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` },
  };
}

function representType({ name, endpoint, description, schema }: ResourceType, base: string): Resource {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
    id: name,
    name,
    endpoint,
    description,
    schema,
    meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/${name}` },
  };
}

function representSchema({ name, description, schema, attributes }: ResourceType, base: string): Resource {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
    id: schema,
    name,
    description,
    attributes: attributes.map(representAttribute),
    meta: { resourceType: 'Schema', location: `${base}/Schemas/${schema}` },
  };
}

/** An attribute with all of its characteristics (RFC 7643 §7). */
function representAttribute(attribute: Attribute): Resource {
  const { subAttributes, referenceTypes } = attribute;
  return {
    name: attribute.name,
    type: attribute.type,
    multiValued: attribute.multiValued === true,
    description: attribute.description,
    required: attribute.required === true,
    ...(attribute.type === 'string' || attribute.type === 'reference'
      ? { caseExact: attribute.caseExact === true }
      : {}),
    mutability: attribute.mutability ?? 'readWrite',
    returned: attribute.returned ?? 'default',
    uniqueness: attribute.uniqueness ?? 'none',
    ...(referenceTypes === undefined ? {} : { referenceTypes }),
    ...(subAttributes === undefined ? {} : { subAttributes: subAttributes.map(representAttribute) }),
  };
}
