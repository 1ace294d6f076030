import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { z } from 'zod';

/** The longest credential that is parsed, in characters. Those without attestation have about 2,000. */
const MOST_CHARACTERS = 16_384;

const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/);

/** WebAuthn Level 3 §5.8.4: unknown transports are kept, within bounds. */
const transport = z.string().regex(/^[a-z-]{1,32}$/);

const credential = {
  /** A credential ID has at most 1023 bytes (WebAuthn Level 3 §4). */
  id: base64url.max(1364),
  rawId: base64url,
  type: z.literal('public-key'),
};

/** What browsers return for a use of a passkey (WebAuthn Level 3 §5.1.8). Extensions are ignored. */
const assertion = z
  .object({
    ...credential,
    response: z.object({
      clientDataJSON: base64url,
      authenticatorData: base64url,
      signature: base64url,
      userHandle: base64url.nullish().transform((handle) => handle ?? undefined),
    }),
  })
  .refine(({ id, rawId }) => id === rawId);

/** What browsers return for a new passkey (WebAuthn Level 3 §5.1.7). */
const registration = z
  .object({
    ...credential,
    response: z.object({
      clientDataJSON: base64url,
      attestationObject: base64url,
      transports: z.array(transport).max(8).optional(),
    }),
  })
  .refine(({ id, rawId }) => id === rawId);

/** @returns undefined for anything else than such a credential */
export function readAssertion(text: string): AuthenticationResponseJSON | undefined {
  const read = parse(assertion, text);
  if (read === undefined) return undefined;
  const { userHandle, ...response } = read.response;
  return {
    ...read,
    response: userHandle === undefined ? response : { ...response, userHandle },
    clientExtensionResults: {},
  };
}

/** @returns undefined for anything else than such a credential */
export function readRegistration(text: string): RegistrationResponseJSON | undefined {
  const read = parse(registration, text);
  if (read === undefined) return undefined;
  const { transports, ...response } = read.response;
  return {
    ...read,
    response: transports === undefined ? response : { ...response, transports },
    clientExtensionResults: {},
  };
}

function parse<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> | undefined {
  if (text.length > MOST_CHARACTERS) return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
