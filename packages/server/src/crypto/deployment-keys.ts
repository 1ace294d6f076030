import { hkdfSync } from 'node:crypto';
import type { Stretch } from './stretch.js';

/** The purposes of derived keys, one label each (RFC 5869 §3.2). Values in databases depend on the labels. */
export const keyLabels = [
  'signing-keys',
  'client-secrets',
  'totp-keys',
  'authorization-ticket',
  'second-factor',
  'totp-setup',
  'passkey-challenge',
  'logout-request',
  'hook-challenge',
  'hook-answer',
  'sign-out-return',
  'refresh-answer',
  'idempotent-answers',
  'browser-state',
  'form-token',
  'known-browser',
  'mail',
  'email-code',
  'provider-state',
  'provider-identity',
  'provider-id-token',
  'x-signature',
  'x-signature-binding',
  'demo-api-key',
  'demo-app-secret',
] as const;

export type KeyLabel = (typeof keyLabels)[number];

/** Derives a 256-bit key for each label with HKDF-SHA-256 (RFC 5869). */
export interface KeySource {
  /** @param context a second secret that the key depends on, such as a token of which only the hash is kept */
  derive(label: KeyLabel, context?: string): Buffer;
}

/** Everything that `GRANTOR_SECRET` is used for. */
export interface DeploymentKeys {
  /** The keys that sign and seal. */
  readonly current: KeySource;
  /** Those of `GRANTOR_SECRET_PREVIOUS`, if it is set. */
  readonly previous: KeySource | undefined;
  /** The keys that open older values in the database, until these are sealed with the current keys. */
  readonly earlier: readonly KeySource[];
}

/** The keys that seal and open one kind of value. */
export type SealingKeys = Pick<DeploymentKeys, 'current' | 'earlier'>;

/**
 * Stretches the deployment's secret and the one before it.
 *
 * @param stretch the cost of one guess at the secret
 */
export async function createDeploymentKeys(
  { secret, secretPrevious }: { readonly secret: string; readonly secretPrevious?: string | undefined },
  stretch: Stretch,
): Promise<DeploymentKeys> {
  const current = fromStretched(await stretch(secret));
  if (secretPrevious === undefined) return { current, previous: undefined, earlier: [unstretched(secret)] };
  const previous = fromStretched(await stretch(secretPrevious));
  return { current, previous, earlier: [unstretched(secret), previous, unstretched(secretPrevious)] };
}

/** For values that expire soon and need not survive a change of the secret. */
export function currentOnly({ current }: DeploymentKeys): SealingKeys {
  return { current, earlier: [] };
}

/** For values that clients see and send. Each guess at the secret that is tried on one then costs a stretch. */
export function stretchedOnly({ current, previous }: DeploymentKeys): SealingKeys {
  return { current, earlier: previous === undefined ? [] : [previous] };
}

function fromStretched(stretched: Buffer): KeySource {
  return {
    derive: (label, context) => hkdf(stretched, context === undefined ? label : `${label} ${context}`),
  };
}

/** The derivation of versions that did not stretch the secret. It opens the values that they sealed, and seals nothing. */
function unstretched(secret: string): KeySource {
  return {
    derive: (label, context) => hkdf(context === undefined ? secret : `${secret} ${context}`, label),
  };
}

function hkdf(keyMaterial: Buffer | string, info: string): Buffer {
  return Buffer.from(hkdfSync('sha256', keyMaterial, 'grantor', info, 32));
}
