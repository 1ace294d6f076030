import { OAuthError, type Parameters, type Prompt, prompts } from '@grantor/protocol';
import type { AuthorizationRequest } from './authorization-request.js';

/** `prompt`, `max_age`, `login_hint`: what the app wants of the sign-in (OpenID Connect Core 1.0 §3.1.2.1). */
export function checkInteraction(
  parameters: Parameters,
): Pick<AuthorizationRequest, 'prompts' | 'maxAge' | 'loginHint'> {
  return {
    prompts: readPrompts(parameters.prompt),
    maxAge: readMaxAge(parameters.max_age),
    loginHint: parameters.login_hint,
  };
}

function readPrompts(text: string | undefined): readonly Prompt[] {
  if (text === undefined) return [];
  const words = text.split(' ').filter((word) => word !== '');
  if (!words.every(isPrompt)) {
    throw new OAuthError(
      'invalid_request',
      `'prompt' may hold ${prompts.map((word) => `'${word}'`).join(', ')} only`,
    );
  }
  // OpenID Connect Core 1.0 §3.1.2.1: "none" with any other value is an error.
  if (words.includes('none') && words.length > 1) {
    throw new OAuthError('invalid_request', "'prompt' cannot be 'none' and something else at once");
  }
  return words;
}

function isPrompt(word: string): word is Prompt {
  return (prompts as readonly string[]).includes(word);
}

function readMaxAge(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,10}$/.test(text)) {
    throw new OAuthError('invalid_request', "'max_age' must be a whole number of seconds");
  }
  return Number(text);
}
