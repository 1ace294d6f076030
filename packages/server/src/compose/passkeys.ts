import { createPasskeyChallenges } from '../accounts/passkey-challenges.js';
import { createPasskeys, type Passkeys } from '../accounts/passkeys.js';
import { relyingPartyOf } from '../accounts/relying-party.js';
import { currentOnly } from '../crypto/deployment-keys.js';
import { createSealer } from '../crypto/seal.js';
import type { ServerDependencies } from './dependencies.js';

/** @returns undefined if the operator turned passkeys off, or if browsers allow none at the issuer */
export function createPasskeysOf({
  config,
  keys,
  store,
  clock,
  random,
}: ServerDependencies): Passkeys | undefined {
  const relyingParty = config.passkeys === 'on' ? relyingPartyOf(config.issuer) : undefined;
  if (relyingParty === undefined) return undefined;
  const challenges = createPasskeyChallenges({
    sealer: createSealer(currentOnly(keys), 'passkey-challenge', random),
    spent: store.spentTickets,
    clock,
    random,
  });
  return createPasskeys({
    relyingParty,
    service: relyingParty.id,
    passkeys: store.passkeys,
    challenges,
    clock,
  });
}
