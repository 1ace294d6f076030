import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import type { Clock } from '../../crypto/clock.js';
import { sha256 } from '../../crypto/hash.js';
import type { AccountRecord, Note, PasskeyRecord, PasskeyStore } from '../../storage/ports/index.js';
import type { WithFactorNotice } from './factor-notices.js';
import type { StepBrowser } from './factor-steps.js';
import type { PasskeyChallenges } from './passkey-challenges.js';
import { readAssertion, readRegistration } from './passkey-responses.js';
import type { RelyingParty } from './relying-party.js';
import { withoutAttestation } from './without-attestation.js';

/** How many passkeys one user can have. */
export const MOST_PASSKEYS = 20;

/** How long a browser waits for the user, in milliseconds. */
const TIMEOUT = 300_000;

/** EdDSA, ES256 and RS256: what authenticators have (WebAuthn Level 3 §5.4.3). */
const ALGORITHMS = [-8, -7, -257];

/** What a page needs to ask the browser for a passkey. */
export interface PasskeyPrompt {
  /** The options as JSON (WebAuthn Level 3 §5.1.8, §5.1.9). */
  readonly options: object;
  /** The challenge for the form. */
  readonly sealed: string;
}

/** What a form returns. */
export interface PasskeyAnswer {
  /** The credential as JSON. */
  readonly credential: string;
  readonly sealed: string;
}

/** How a new passkey is stored. */
export interface NewPasskey {
  /** What the user calls it. */
  readonly name: string;
  readonly note: Note<PasskeyRecord>;
  /** How many passkeys the user can then have; {@link MOST_PASSKEYS} unless set. */
  readonly most?: number;
}

/** Passkeys (WebAuthn Level 3). A user must unlock each use, so that a passkey is two factors. */
export interface Passkeys {
  /** Asks for any passkey of this server (§14.6.3: no list, so that the page reveals no account). */
  promptToSignIn(browser: StepBrowser): PasskeyPrompt;
  /** Asks for a passkey of the account. */
  promptForFactor(account: AccountRecord, browser: StepBrowser): Promise<PasskeyPrompt>;
  /** @returns the user of the passkey; undefined if anything of the response is wrong */
  verify(
    answer: PasskeyAnswer,
    browser: StepBrowser,
    account: AccountRecord | undefined,
  ): Promise<AccountRecord | undefined>;
  /** Asks the browser to make a passkey for the account. */
  promptToAdd(account: AccountRecord, browser: StepBrowser): Promise<PasskeyPrompt>;
  add(
    account: AccountRecord,
    answer: PasskeyAnswer,
    browser: StepBrowser,
    added: NewPasskey,
  ): Promise<'added' | 'known' | 'accountFull' | 'refused'>;
}

export interface PasskeysDependencies {
  readonly relyingParty: RelyingParty;
  /** The name of the deployment, as browsers show it. */
  readonly service: string;
  readonly passkeys: PasskeyStore;
  readonly challenges: PasskeyChallenges;
  readonly withFactorNotice: WithFactorNotice;
  readonly clock: Clock;
}

/** The library is large. It is loaded for the first passkey, so that a start does not wait for it. */
const loadLibrary = () => import('@simplewebauthn/server');

export function createPasskeys(dependencies: PasskeysDependencies): Passkeys {
  const { relyingParty, service, passkeys, challenges, withFactorNotice, clock } = dependencies;

  const promptOf = (
    purpose: Parameters<PasskeyChallenges['begin']>[0],
    browser: StepBrowser,
    allowed: readonly PasskeyRecord[],
  ): PasskeyPrompt => {
    const { challenge, sealed } = challenges.begin(purpose, browser);
    const options = {
      challenge,
      rpId: relyingParty.id,
      allowCredentials: allowed.map(descriptorOf),
      userVerification: 'required',
      timeout: TIMEOUT,
    };
    return { options, sealed };
  };

  /** §7.2. @returns what the authenticator says, or undefined if the signature is not valid */
  async function verified(response: AuthenticationResponseJSON, passkey: PasskeyRecord, challenge: string) {
    const { verifyAuthenticationResponse } = await loadLibrary();
    try {
      const { verified: isVerified, authenticationInfo } = await verifyAuthenticationResponse({
        response,
        expectedChallenge: challenge,
        expectedOrigin: relyingParty.origin,
        expectedRPID: relyingParty.id,
        requireUserVerification: true,
        credential: {
          id: passkey.id,
          publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
          counter: passkey.counter,
        },
      });
      return isVerified ? authenticationInfo : undefined;
    } catch {
      // The library throws for each check that fails.
      return undefined;
    }
  }

  /** §7.1. No attestation is requested: it would tell which authenticators users have. */
  async function registered(response: RegistrationResponseJSON, challenge: string) {
    const { verifyRegistrationResponse } = await loadLibrary();
    try {
      const result = await verifyRegistrationResponse({
        response: await withoutAttestation(response),
        expectedChallenge: challenge,
        expectedOrigin: relyingParty.origin,
        expectedRPID: relyingParty.id,
        requireUserVerification: true,
        supportedAlgorithmIDs: ALGORITHMS,
      });
      return result.verified ? result.registrationInfo : undefined;
    } catch {
      return undefined;
    }
  }

  return {
    promptToSignIn: (browser) => promptOf('signIn', browser, []),
    promptForFactor: async ({ id }, browser) =>
      promptOf(`secondFactor ${id}`, browser, await passkeys.listOf(id)),
    async verify({ credential, sealed }, browser, account) {
      const purpose = account === undefined ? 'signIn' : (`secondFactor ${account.id}` as const);
      const challenge = challenges.open(sealed, purpose, browser);
      const response = readAssertion(credential);
      if (challenge === undefined || response === undefined) return undefined;
      const found = await passkeys.find(response.id);
      if (found === undefined || (account !== undefined && found.account.id !== account.id)) return undefined;
      // §7.2 step 6: the user that the authenticator names is the one of the passkey.
      const { userHandle } = response.response;
      if (userHandle === undefined ? account === undefined : userHandle !== userHandleOf(found.account)) {
        return undefined;
      }
      const info = await verified(response, found.passkey, challenge.challenge);
      if (info === undefined || !(await challenges.spend(challenge))) return undefined;
      const use = { counter: info.newCounter, backedUp: info.credentialBackedUp, now: clock() };
      return (await passkeys.use(found.passkey.id, use)) === 'used' ? found.account : undefined;
    },
    async promptToAdd(account, browser) {
      const { challenge, sealed } = challenges.begin(`creation ${account.id}`, browser);
      const options = {
        challenge,
        rp: { id: relyingParty.id, name: service },
        user: {
          id: userHandleOf(account),
          name: account.email ?? account.username,
          displayName: account.name,
        },
        pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
        excludeCredentials: (await passkeys.listOf(account.id)).map(descriptorOf),
        authenticatorSelection: {
          residentKey: 'required',
          requireResidentKey: true,
          userVerification: 'required',
        },
        attestation: 'none',
        timeout: TIMEOUT,
      };
      return { options, sealed };
    },
    async add(account, { credential, sealed }, browser, { name, note, most = MOST_PASSKEYS }) {
      const challenge = challenges.open(sealed, `creation ${account.id}`, browser);
      const response = readRegistration(credential);
      if (challenge === undefined || response === undefined) return 'refused';
      const info = await registered(response, challenge.challenge);
      if (info === undefined || !(await challenges.spend(challenge))) return 'refused';
      const passkey: PasskeyRecord = {
        id: info.credential.id,
        accountId: account.id,
        publicKey: Buffer.from(info.credential.publicKey).toString('base64url'),
        counter: info.credential.counter,
        transports: response.response.transports ?? [],
        backupEligible: info.credentialDeviceType === 'multiDevice',
        backedUp: info.credentialBackedUp,
        name,
        createdAt: clock(),
        lastUsedAt: null,
      };
      const outcome = await withFactorNotice('passkeyAdded', account, (mails) =>
        passkeys.add(passkey, most, note, mails),
      );
      return outcome === 'missing' ? 'refused' : outcome;
    },
  };
}

function descriptorOf({ id, transports }: PasskeyRecord): object {
  return { type: 'public-key', id, transports };
}

/** §14.6.1: the user handle says nothing of the user; it is not the `sub` that apps know. */
function userHandleOf({ id }: Pick<AccountRecord, 'id'>): string {
  return sha256(`passkey user ${id}`);
}
