import { OAuthError, type Parameters } from '@grantor/protocol';
import type { Session } from '../accounts/sign-in.js';
import type { AuthorizationRequest, Callback } from '../authorization/authorization-request.js';
import { checkCallback } from '../authorization/callback.check.js';
import { checkRequest } from '../authorization/check-request.js';
import { type Decision, decide } from '../authorization/decide.js';
import { errorLocation, responseLocation } from '../authorization/response.js';
import { issueCode } from '../issuance/authorization-code.js';
import { issueIdToken } from '../issuance/id-token.js';
import type { IssuanceDependencies } from '../issuance/issue.js';
import type { ClientStore, ConsentStore, GrantStore } from '../storage/ports/index.js';
import { type Answer, redirect, type SessionChange } from './endpoint.js';

/** An authorization request between two steps, with what is known of the browser. */
export interface FlowState {
  readonly parameters: Parameters;
  /** Set where a parameter could not be read: reported to the client once it is known. */
  readonly problem?: OAuthError | undefined;
  readonly session: Session | undefined;
  /** The `sid` of a sign-in made in answer to this request. */
  readonly freshSessionId?: string | undefined;
}

/** Where a request stands: refused by an answer already, or decided. */
export type Standing =
  | { readonly answer: Answer }
  | { readonly request: AuthorizationRequest; readonly decision: Decision };

/** The steps that the authorization, sign-in and consent endpoints share. */
export interface AuthorizationFlow {
  /**
   * Checks the request from the start and decides what comes next.
   *
   * @throws OAuthError to be shown on a page, where the client or its redirect URI is in doubt
   */
  standing(state: FlowState): Promise<Standing>;
  /**
   * Gives the client its code.
   *
   * @param consented scopes that the person has just allowed, to be remembered
   */
  grant(
    request: AuthorizationRequest,
    session: Session,
    consented: readonly string[],
    change?: SessionChange,
  ): Promise<Answer>;
  /** Tells the client of an error. */
  refuse(callback: Callback, error: OAuthError, change?: SessionChange): Answer;
}

export interface AuthorizationFlowDependencies {
  readonly clients: ClientStore;
  readonly consents: ConsentStore;
  readonly grants: GrantStore;
  readonly issuance: IssuanceDependencies;
  /** The `aud` of access tokens for clients that are registered with none. */
  readonly defaultAudience: string;
}

export function createAuthorizationFlow(dependencies: AuthorizationFlowDependencies): AuthorizationFlow {
  const { clients, consents, grants, issuance, defaultAudience } = dependencies;
  const { issuer } = issuance;

  const refuse: AuthorizationFlow['refuse'] = (callback, error, change) =>
    redirect(errorLocation(callback, issuer, error), change);

  return {
    refuse,
    async standing({ parameters, problem, session, freshSessionId }) {
      const callback = await checkCallback(clients, parameters);
      try {
        if (problem !== undefined) throw problem;
        const request = checkRequest(parameters, callback);
        const consented =
          session === undefined ? [] : await consents.find(session.account.id, callback.client.id);
        const now = issuance.clock();
        return { request, decision: decide(request, { session, freshSessionId, consented, now }) };
      } catch (error) {
        if (error instanceof OAuthError) return { answer: refuse(callback, error) };
        throw error;
      }
    },
    async grant(request, session, consented, change) {
      const { callback, responseType, codeChallenge, nonce, scopes } = request;
      const { client, redirectUri, redirectUriSent } = callback;
      const { code, grantRecord, codeRecord } = issueCode(issuance, {
        clientId: client.id,
        accountId: session.account.id,
        sessionId: session.record.id,
        authTime: session.record.authTime,
        scopes,
        audience: client.audience ?? defaultAudience,
        redirectUri,
        redirectUriSent,
        codeChallenge,
        nonce,
      });
      const idToken =
        responseType === 'code id_token'
          ? await issueIdToken(
              issuance,
              { client, grant: grantRecord, account: session.account },
              { nonce: nonce ?? null, code },
            )
          : undefined;
      await grants.create(grantRecord, codeRecord, consented);
      return redirect(responseLocation(callback, issuer, { code, id_token: idToken }), change);
    },
  };
}
