import { initialSchema } from './0001-initial-schema.js';
import { openidProvider } from './0002-openid-provider.js';
import { deploymentValues } from './0003-deployment-values.js';
import { clientCredentials } from './0004-client-credentials.js';
import { dynamicClients } from './0005-dynamic-clients.js';
import { sessionLogout } from './0006-session-logout.js';
import { keyRotation } from './0007-key-rotation.js';
import { auditEvents } from './0008-audit-events.js';
import { managedClients } from './0009-managed-clients.js';
import { apiKeysOfPeople } from './0010-api-keys-of-people.js';
import { scopes } from './0011-scopes.js';
import { consents } from './0012-consents.js';
import { auditTrail } from './0013-audit-trail.js';
import { idempotentRequests } from './0014-idempotent-requests.js';
import { spentTickets } from './0015-spent-tickets.js';
import { refreshTokenFamilies } from './0016-refresh-token-families.js';
import { logoCopies } from './0017-logo-copies.js';
import { rateLimits } from './0018-rate-limits.js';
import { clientsWithoutScopes } from './0019-clients-without-scopes.js';
import { consentsByResource } from './0020-consents-by-resource.js';
import { registrationSources } from './0021-registration-sources.js';
import { clientTokenBound } from './0022-client-token-bound.js';
import { grantOrigins } from './0023-grant-origins.js';
import { scopesOfDocspace } from './0024-scopes-of-docspace.js';
import { grantsEndWithSession } from './0025-grants-end-with-session.js';
import { authenticationOfSessions } from './0026-authentication-of-sessions.js';
import { tokenBindings } from './0027-token-bindings.js';
import { consentsOfItems } from './0028-consents-of-items.js';
import { searchedClientColumns } from './0029-searched-client-columns.js';
import { mails } from './0030-mails.js';
import { visitsOfSessions } from './0031-visits-of-sessions.js';
import { secondFactors } from './0032-second-factors.js';
import { externalIdentities } from './0033-external-identities.js';
import { imports } from './0034-imports.js';
import { groups } from './0035-groups.js';
import { optionalScopes } from './0036-optional-scopes.js';
import { consentSecondsOfScopes } from './0037-consent-seconds-of-scopes.js';
import { providerSessions } from './0038-provider-sessions.js';
import { mailsInDoubt } from './0039-mails-in-doubt.js';
import type { Migration } from './migration.js';

export const migrations: readonly Migration[] = [
  initialSchema,
  openidProvider,
  deploymentValues,
  clientCredentials,
  dynamicClients,
  sessionLogout,
  keyRotation,
  auditEvents,
  managedClients,
  apiKeysOfPeople,
  scopes,
  consents,
  auditTrail,
  idempotentRequests,
  spentTickets,
  refreshTokenFamilies,
  logoCopies,
  rateLimits,
  clientsWithoutScopes,
  consentsByResource,
  registrationSources,
  clientTokenBound,
  grantOrigins,
  scopesOfDocspace,
  grantsEndWithSession,
  authenticationOfSessions,
  tokenBindings,
  consentsOfItems,
  searchedClientColumns,
  mails,
  visitsOfSessions,
  secondFactors,
  externalIdentities,
  imports,
  groups,
  optionalScopes,
  consentSecondsOfScopes,
  providerSessions,
  mailsInDoubt,
];
