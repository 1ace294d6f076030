import type { ClientMetadata } from '../../storage/ports/index.js';
import { aboutFields } from './about.js';
import { algorithmFields } from './algorithms.js';
import { keyFields } from './keys.js';
import { logoutFields } from './logout.js';
import { type ManagedMetadataName, managedFields } from './managed.js';
import { type OperatorMetadataName, operatorMetadataFields } from './operator.js';
import { requestFields } from './requests.js';

/**
 * Every field that a client may register beyond what every client has, with the one rule for its value:
 * for the management API and for dynamic registration alike. What several fields must be together is in
 * `rules.ts`.
 */
export const metadataFields = {
  ...aboutFields,
  ...keyFields,
  ...algorithmFields,
  ...requestFields,
  ...logoutFields,
} satisfies Record<Exclude<keyof ClientMetadata, OperatorMetadataName | ManagedMetadataName>, unknown>;

/** Values of these fields; null for what is taken back. */
export type MetadataInput = {
  readonly [Name in keyof ClientMetadata]?: ClientMetadata[Name] | null | undefined;
};

const names = Object.keys({
  ...metadataFields,
  ...managedFields,
  ...operatorMetadataFields,
}) as readonly (keyof ClientMetadata)[];

/** What is registered after a change: fields it does not name stay, and null takes one back. */
export function mergeMetadata(registered: ClientMetadata, input: MetadataInput): ClientMetadata {
  const merged = names
    .map((name) => [name, input[name] === undefined ? registered[name] : input[name]] as const)
    .filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(merged);
}
