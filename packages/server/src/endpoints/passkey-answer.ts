import type { PasskeyAnswer } from '../accounts/factors/passkeys.js';

/** What the form of a passkey returns. */
export function passkeyAnswerOf(form: URLSearchParams): PasskeyAnswer {
  return { credential: form.get('credential') ?? '', sealed: form.get('challenge') ?? '' };
}
