import { createApi } from '../api/api.js';
import { clientsApi } from '../api/clients.api.js';
import type { Operation } from '../api/operation.js';
import { registrationTokensApi } from '../api/registration-tokens.api.js';
import type { Route } from '../http/app.js';
import { routesOfApi } from '../http/routes.js';
import { principalOfKey } from '../principals/api-key.js';
import { createCallerAuthentication } from '../principals/authenticate-caller.js';
import type { Basis, Services } from './services.js';

/** Every operation of the management API. Of two whose paths fit a request, the first one answers. */
export function operationsOf({ store, clock, random }: Basis, services: Services): readonly Operation[] {
  const { registration } = services;
  return [
    ...clientsApi({ clients: store.clients, registration }),
    ...registrationTokensApi(store.initialTokens, clock, random),
  ];
}

/** The management API, as routes. */
export function managementRoutes(basis: Basis, services: Services): readonly Route[] {
  const { config, store, clock } = basis;
  const keys = { apiKeys: store.apiKeys, clock, developers: config.developers };
  const authenticate = createCallerAuthentication({ ofKey: (key) => principalOfKey(keys, key) });
  const endpointOf = createApi({ issuer: config.issuer, authenticate, describe: services.describe });
  return routesOfApi(operationsOf(basis, services), endpointOf);
}
