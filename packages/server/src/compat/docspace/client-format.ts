import { z } from 'zod';
import type { ClientFormat } from '../../api/client-representation.js';
import { clientChangesSchema, newClientSchema } from '../../clients/metadata.js';
import { docspaceFields, resolveDocspaceNames } from './field-names.js';

/** There is one tenant. */
const TENANT = 1;

const inputs = {
  ...docspaceFields,
  is_public: z.boolean().optional().meta({ description: 'Has no effect: every app is public' }),
  public: z.boolean().optional().meta({ description: 'The same as is_public' }),
};

const info: ClientFormat['info'] = ({ metadata }) => ({
  website_url: metadata.client_uri ?? null,
  terms_url: metadata.tos_uri ?? null,
  policy_url: metadata.policy_uri ?? null,
  is_public: true,
});

const infoSchema = {
  website_url: z.string().nullable(),
  terms_url: z.string().nullable(),
  policy_url: z.string().nullable(),
  is_public: z.literal(true),
};

/** Clients with the fields that programs written for DocSpace send and read. */
export const docspaceClientFormat: ClientFormat = {
  settings: (client) => ({
    ...info(client),
    tenant: TENANT,
    logout_redirect_uris: client.metadata.post_logout_redirect_uris ?? [],
  }),
  settingsSchema: {
    ...infoSchema,
    tenant: z.literal(TENANT),
    logout_redirect_uris: z.array(z.string()).meta({ description: 'The same as post_logout_redirect_uris' }),
  },
  info: (client) => ({ ...info(client), public: true }),
  infoSchema: { ...infoSchema, public: z.literal(true).meta({ description: 'The same as is_public' }) },
  readOnlyFields: ['tenant'],
  newClient: newClientSchema.safeExtend(inputs),
  changes: clientChangesSchema.extend(inputs),
  resolveFieldNames: resolveDocspaceNames,
};
