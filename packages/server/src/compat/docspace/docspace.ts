import type { SubjectOf } from '../../accounts/subject.js';
import type { Compatibility } from '../compatibility.js';
import { docspaceApiFormat } from './api-format.js';
import { docspaceClientFormat } from './client-format.js';
import { clientsOfTenantApi } from './clients.api.js';
import { aliasesOf } from './paths.js';
import { peopleApi } from './people.api.js';
import {
  type PersonalAccessTokenGrantDependencies,
  personalAccessTokenGrant,
} from './personal-access-token.grant.js';
import { securityApi } from './security.api.js';
import {
  createUserOfSignature,
  type SignedCallerDependencies,
  signatureCredential,
} from './signed-caller.js';

export interface DocSpaceDependencies
  extends SignedCallerDependencies,
    Omit<PersonalAccessTokenGrantDependencies, 'userOfSignature' | 'grants' | 'clock'> {
  readonly issuer: string;
  readonly subjectOf: SubjectOf;
}

/** The compatibility mode for programs that were written for ONLYOFFICE DocSpace (`GRANTOR_COMPAT=docspace`). */
export function docspaceCompatibility(dependencies: DocSpaceDependencies): Compatibility {
  const userOfSignature = createUserOfSignature(dependencies, dependencies.issuer);
  return {
    credentials: [signatureCredential(dependencies)],
    securitySchemes: {
      xSignature: {
        type: 'apiKey',
        in: 'header',
        name: 'x-signature',
        description:
          'A signature from `GET /api/2.0/security/oauth2/token`, valid for five minutes. Also accepted as a cookie',
      },
    },
    grants: [personalAccessTokenGrant({ ...dependencies, userOfSignature })],
    operations: [
      ...clientsOfTenantApi(dependencies.clients),
      ...peopleApi(dependencies.subjectOf),
      ...securityApi(dependencies.signatures),
    ],
    clientFormat: docspaceClientFormat,
    apiFormat: docspaceApiFormat,
    keyScopes: ['accounts.self:read'],
    aliasesOf,
  };
}
