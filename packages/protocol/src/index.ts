export { codeChallengeMethods, isCodeChallenge, isCodeVerifier } from './pkce.js';
export { isLoopbackHost } from './url.js';
