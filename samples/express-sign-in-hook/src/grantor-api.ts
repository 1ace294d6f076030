/** What Grantor says of a request to sign in. */
export interface SignInRequest {
  readonly client: { readonly name: string } | null;
  readonly login_hint: string | null;
  /** A time, or null for any. */
  readonly earliest_auth_time: string | null;
}

/** Answers the challenges of Grantor, with an API key. */
export function createGrantorApi({ issuer, apiKey }: { readonly issuer: string; readonly apiKey: string }) {
  async function call<T>(method: string, challenge: string, path = '', body?: unknown): Promise<T> {
    const response = await fetch(
      `${issuer}/api/2.0/sign-in-requests/${encodeURIComponent(challenge)}${path}`,
      {
        method,
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      },
    );
    if (!response.ok) throw new Error(`Grantor responded with ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  return {
    read: (challenge: string) => call<SignInRequest>('GET', challenge),
    /** @returns where the browser continues */
    async accept(challenge: string, answer: unknown): Promise<string> {
      const { redirect_to: to } = await call<{ redirect_to: string }>('POST', challenge, '/accept', answer);
      return to;
    },
  };
}

export type GrantorApi = ReturnType<typeof createGrantorApi>;
