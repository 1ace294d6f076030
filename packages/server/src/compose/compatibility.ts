import type { SubjectOf } from '../accounts/subject.js';
import type { CreateEvent } from '../audit/events.js';
import type { Resources } from '../clients/resources.js';
import { type Compatibility, noCompatibility } from '../compat/compatibility.js';
import { docspaceCompatibility } from '../compat/docspace/docspace.js';
import { addScopes } from '../compat/docspace/scope-seeds.js';
import { createSignatures } from '../compat/docspace/x-signature.js';
import type { Config } from '../config/config.js';
import type { ScopeCatalogue } from '../scopes/scope-catalogue.js';
import type { Store } from '../storage/ports/index.js';
import type { ServerDependencies } from './dependencies.js';

/** Adds to the database what the compatibility mode needs, before the server reads it. */
export async function prepareCompatibility({ compat }: Config, store: Store): Promise<void> {
  if (compat === 'docspace') await addScopes(store.scopes, store.deployment);
}

/** The compatibility mode that the operator chose (`GRANTOR_COMPAT`). */
export async function createCompatibility(
  dependencies: ServerDependencies,
  services: {
    readonly subjectOf: SubjectOf;
    readonly resources: Resources;
    readonly scopes: ScopeCatalogue;
    readonly createEvent: CreateEvent;
  },
): Promise<Compatibility> {
  const { config, store, clock, random } = dependencies;
  if (config.compat !== 'docspace') return noCompatibility;
  const { issuer, developers } = config;
  const { deployment } = store;
  const { subjectOf } = services;
  return docspaceCompatibility({
    ...store,
    ...services,
    issuer,
    developers,
    clock,
    random,
    seconds: config.personalAccessTokenSeconds,
    signatures: await createSignatures({ ...dependencies, deployment, issuer, developers, subjectOf }),
  });
}
