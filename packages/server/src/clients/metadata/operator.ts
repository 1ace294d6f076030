import { z } from 'zod';
import { isResource } from '../../protocol/index.js';
import type { ClientMetadata } from '../../storage/ports/index.js';
import { listOf, optional } from '../../validation/values.js';

const resource = z
  .string()
  .max(2048, 'is longer than 2048 characters')
  .refine(isResource, 'must be an absolute URI without a fragment');

/**
 * Fields that only administrators set: the resources that the client may request, the resources whose tokens it may
 * introspect, and whether its refresh tokens rotate.
 */
export const operatorMetadataFields = {
  resources: optional(listOf(resource, 64, 'resource')),
  protected_resources: optional(listOf(resource, 64, 'resource')),
  refresh_token_rotation: optional(z.boolean()),
  verified: optional(z.boolean()).meta({
    description:
      'Whether an administrator verified who publishes the app. A change of what users see of it ends that',
  }),
} satisfies Partial<Record<keyof ClientMetadata, unknown>>;

export type OperatorMetadataName = keyof typeof operatorMetadataFields;
