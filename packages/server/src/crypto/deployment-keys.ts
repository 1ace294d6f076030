import { hkdfSync } from 'node:crypto';
import type { Stretch } from './stretch.js';

/** What keys are derived for, one label each (RFC 5869 §3.2): no key serves two purposes. */
export const keyLabels = [
  'signing-keys',
  'client-secrets',
  'authorization-ticket',
  'logout-request',
  'refresh-answer',
  'idempotent-answers',
  'browser-state',
  'form-token',
  'known-browser',
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
  /** What is signed and sealed from now on. */
  readonly current: KeySource;
  /** Those of `GRANTOR_SECRET_PREVIOUS`, if it is set. */
  readonly previous: KeySource | undefined;
  /** What opens values in the database that were sealed before, until they are sealed with the current keys. */
  readonly earlier: readonly KeySource[];
}

/** Which keys a kind of value is sealed and opened with. */
export type SealingKeys = Pick<DeploymentKeys, 'current' | 'earlier'>;

/**
 * Stretches the deployment's secret and the one before it.
 *
 * @param stretch takes as long as one guess at the secret must cost
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

/** For what lives too short to be taken along through a change of the secret. */
export function currentOnly({ current }: DeploymentKeys): SealingKeys {
  return { current, earlier: [] };
}

/** For what strangers see and send: what a guess at the secret can be tried on must cost the stretch. */
export function stretchedOnly({ current, previous }: DeploymentKeys): SealingKeys {
  return { current, earlier: previous === undefined ? [] : [previous] };
}

function fromStretched(stretched: Buffer): KeySource {
  return {
    derive: (label, context) => hkdf(stretched, context === undefined ? label : `${label} ${context}`),
  };
}

/** The derivation of versions before the secret was stretched: it opens what they sealed, and seals nothing. */
function unstretched(secret: string): KeySource {
  return {
    derive: (label, context) => hkdf(context === undefined ? secret : `${secret} ${context}`, label),
  };
}

function hkdf(keyMaterial: Buffer | string, info: string): Buffer {
  return Buffer.from(hkdfSync('sha256', keyMaterial, 'grantor', info, 32));
}
