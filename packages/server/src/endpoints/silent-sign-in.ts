import type { RecognizeUser } from '../accounts/recognize-user.js';
import type { AuthorizationRequest } from '../authorization/authorization-request.js';
import { earliestSignIn } from '../authorization/decide.js';
import type { AuthorizationFlow } from '../authorization/flow.js';
import { arrivalOf } from '../authorization/ticket.js';
import type { Clock } from '../crypto/clock.js';
import { OAuthError, type Parameters } from '../protocol/index.js';
import type { SignInSilently } from './authorization.endpoint.js';
import { type CompleteSignInDependencies, openSession } from './complete-sign-in.js';

export interface SilentSignInDependencies extends CompleteSignInDependencies {
  readonly recognizeUser: RecognizeUser;
  readonly clock: Clock;
}

/** Signs in the users of the application that the server is embedded in. */
export function createSilentSignIn(dependencies: SilentSignInDependencies): SignInSilently {
  const { flow, recognizeUser, factorPolicy, noticeNewBrowser, clock } = dependencies;
  return async (incoming, parameters) => {
    if (parameters.prompt?.split(' ').includes('none') !== true) return undefined;
    const request = await validRequest(flow, parameters);
    if (request === undefined) return undefined;
    const user = await recognizeUser(incoming, earliestSignIn(request, arrivalOf(undefined, clock())));
    if (user === undefined) return undefined;
    const after = await factorPolicy.afterFirst(user, incoming.rememberedDeviceCookie);
    if (after !== 'session') return undefined;
    await noticeNewBrowser(user.account, incoming);
    return openSession(dependencies, incoming, user);
  };
}

/** @returns undefined for an invalid request, which opens no session and is refused afterwards */
async function validRequest(
  flow: Pick<AuthorizationFlow, 'check'>,
  parameters: Parameters,
): Promise<AuthorizationRequest | undefined> {
  try {
    return await flow.check(parameters);
  } catch (error) {
    if (error instanceof OAuthError) return undefined;
    throw error;
  }
}
