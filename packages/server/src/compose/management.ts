import { createApi } from '../api/api.js';
import { clientsApi } from '../api/clients.api.js';
import type { Operation } from '../api/operation.js';
import { peopleApi } from '../api/people.api.js';
import { registrationTokensApi } from '../api/registration-tokens.api.js';
import { securityApi } from '../api/security.api.js';
import type { Route } from '../http/app.js';
import { routesOfApi } from '../http/routes.js';
import type { Basis, Services } from './services.js';

/** Every operation of the management API. Of two whose paths fit a request, the first one answers. */
export function operationsOf({ store, clock, random }: Basis, services: Services): readonly Operation[] {
  const { registration } = services;
  return [
    ...clientsApi({ clients: store.clients, registration }),
    ...registrationTokensApi(store.initialTokens, clock, random),
    ...securityApi(services.callers.signatures),
    ...peopleApi(services.subjectOf),
  ];
}

/** The management API, as routes. */
export function managementRoutes(basis: Basis, services: Services): readonly Route[] {
  const { describe, callers } = services;
  const endpointOf = createApi({ issuer: basis.config.issuer, authenticate: callers.authenticate, describe });
  return routesOfApi(operationsOf(basis, services), endpointOf);
}
