import { createFactorReset } from '../accounts/factors/factor-reset.js';
import { accountsApi } from '../api/accounts.api.js';
import { type ApiFormat, createApi, plainApiFormat } from '../api/api.js';
import { apiKeysApi } from '../api/api-keys.api.js';
import { auditApi } from '../api/audit.api.js';
import { clientCredentialsApi } from '../api/client-credentials.api.js';
import { clientInfoApi } from '../api/client-info.api.js';
import { clientLifecycleApi } from '../api/client-lifecycle.api.js';
import { createClientResponses } from '../api/client-representation.js';
import { clientsApi } from '../api/clients.api.js';
import { consentRequestsApi } from '../api/consent-requests.api.js';
import { consentsApi } from '../api/consents.api.js';
import { grantsApi } from '../api/grants.api.js';
import { createIdempotency } from '../api/idempotency.js';
import { invitationsApi } from '../api/invitations.api.js';
import { createApiLimits } from '../api/limits.js';
import { mailsApi } from '../api/mails.api.js';
import { openApiDocument } from '../api/openapi/document.js';
import { openApiEndpoint } from '../api/openapi/openapi.endpoint.js';
import type { OpenApiDocument } from '../api/openapi/openapi-types.js';
import { apiReferenceEndpoint } from '../api/openapi/reference.endpoint.js';
import type { Operation } from '../api/operation.js';
import { registrationTokensApi } from '../api/registration-tokens.api.js';
import { scopeGroupsApi } from '../api/scope-groups.api.js';
import { scopeRequestsApi } from '../api/scope-requests.api.js';
import { scopesApi } from '../api/scopes.api.js';
import { signInRequestsApi } from '../api/sign-in-requests.api.js';
import { withAliases } from '../compat/compatibility.js';
import { createSealer } from '../crypto/seal.js';
import { basePathOf } from '../endpoints/paths.js';
import type { Route } from '../http/app.js';
import { routesOfApi, routesOfDocumentation } from '../http/routes.js';
import { scimConfiguration } from '../scim/configuration.scim.js';
import { scimGroups } from '../scim/groups.scim.js';
import { scimErrorResponse } from '../scim/scim-error.js';
import { SCIM, type ScimOperation } from '../scim/scim-operation.js';
import { scimUsers } from '../scim/users.scim.js';
import { version } from '../version.js';
import type { ServerDependencies } from './dependencies.js';
import { areOtherSignInsOpen } from './other-sign-ins.js';
import type { Services } from './services.js';

/** Every operation of the management API, in the order in which its documentation has them. */
export function operationsOf(dependencies: ServerDependencies, services: Services): readonly Operation[] {
  const { config, store, clock, random } = dependencies;
  const { registration, compatibility } = services;
  const { aliasesOf, clientFormat: format } = compatibility;
  const responses = createClientResponses(format);
  const shown = { logos: store.clientLogos, responses };
  const forHooks = { responses, clock, issuer: config.issuer, identities: store.externalIdentities };
  const operations = [
    ...clientsApi({
      ...shown,
      format,
      clients: store.clients,
      registration,
      caps: { perDeveloper: config.clientsPerDeveloper, total: config.clientsInAll },
    }),
    ...clientLifecycleApi({ clients: store.clients, registration }),
    ...clientCredentialsApi(services.rotateSecret),
    ...clientInfoApi(store.clients, store.clientLogos, responses),
    ...scopesApi({ scopes: store.scopes, catalogue: services.scopes }),
    ...scopeGroupsApi({ scopes: store.scopes, catalogue: services.scopes }),
    ...scopeRequestsApi({ ...store, ...shown, catalogue: services.scopes, clock }),
    ...consentsApi({ ...store, ...shown, clock, consentSecondsOf: services.consentSecondsOf }),
    ...grantsApi({ ...store, clock }),
    ...accountsApi({
      resetFactors: createFactorReset(store.secondFactors, services.withFactorNotice),
      accounts: store.accounts,
      management: services.accountManagement,
    }),
    ...signInRequestsApi({ ...store, ...services, ...forHooks }),
    ...consentRequestsApi({ ...store, ...services, ...forHooks }),
    ...invitationsApi(config.signUp === 'off' || !areOtherSignInsOpen(config) ? undefined : services.signUp),
    ...mailsApi({
      mails: store.mails,
      recipientOf: services.mail.recipientOf,
      wake: () => services.mail.mailer.wake(),
      clock,
    }),
    ...apiKeysApi({
      apiKeys: store.apiKeys,
      management: services.apiKeyManagement,
    }),
    ...registrationTokensApi(store.initialTokens, clock, random),
    ...auditApi(store.audit),
    ...compatibility.operations,
  ];
  return operations.map((operation) => withAliases(operation, aliasesOf));
}

/** Every operation of SCIM. */
function scimOperationsOf(dependencies: ServerDependencies, services: Services): readonly ScimOperation[] {
  const { config, store, clock } = dependencies;
  const base = config.issuer + SCIM;
  return [
    ...scimUsers({ ...store, management: services.accountManagement, base }),
    ...scimGroups({ groups: store.groups, clock, base }),
    ...scimConfiguration(base),
  ];
}

/** How SCIM responds to refusals. */
const scimFormat: ApiFormat = { ...plainApiFormat, refusal: scimErrorResponse };

/** The management API and SCIM, as routes. */
export function managementRoutes(dependencies: ServerDependencies, services: Services): readonly Route[] {
  const { createEvent, authenticateCaller, compatibility } = services;
  const { config, keys, store, clock, random, texts, brand } = dependencies;
  const sealer = createSealer(keys, 'idempotent-answers', random);
  const api = {
    issuer: config.issuer,
    authenticate: authenticateCaller,
    createEvent,
    limits: createApiLimits(dependencies.limits, config),
    runOnce: createIdempotency({
      requests: store.idempotentRequests,
      sealer,
      clock,
      tables: dependencies.memory,
    }),
  };
  const endpointOf = createApi({ ...api, format: compatibility.apiFormat });
  const scimEndpointOf = createApi({ ...api, format: scimFormat });
  const operations = operationsOf(dependencies, services);
  let document: OpenApiDocument | undefined;
  const documentOf = () => {
    document ??= openApiDocument(operations, {
      server: config.issuer,
      version,
      otherSchemes: compatibility.securitySchemes,
      fieldProblems: compatibility.apiFormat.fieldProblems,
    });
    return document;
  };
  return [
    ...routesOfApi(operations, endpointOf),
    ...routesOfApi(scimOperationsOf(dependencies, services), scimEndpointOf, 'scim'),
    ...routesOfDocumentation(
      openApiEndpoint(documentOf),
      apiReferenceEndpoint(documentOf, {
        base: basePathOf(config.issuer),
        texts: texts.in('en'),
        brand,
      }),
    ),
  ];
}
