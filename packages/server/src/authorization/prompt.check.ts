import { displays, OAuthError, type Prompt, prompts } from '../protocol/index.js';
import type { AuthorizationRequest, UncheckedRequest } from './authorization-request.js';

/**
 * `prompt` and `display`: which pages the app wants (OpenID Connect Core 1.0 §3.1.2.1). `claims_locales` has no effect.
 */
export function checkPrompt({ parameters }: UncheckedRequest): Pick<AuthorizationRequest, 'prompts'> {
  checkDisplay(parameters.display);
  return { prompts: readPrompts(parameters.prompt) };
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

function checkDisplay(text: string | undefined): void {
  if (text === undefined || (displays as readonly string[]).includes(text)) return;
  throw new OAuthError(
    'invalid_request',
    `'display' must be one of ${displays.map((word) => `'${word}'`).join(', ')}`,
  );
}
