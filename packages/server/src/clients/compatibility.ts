import { isClaimedHttpsUri, type MetadataProblem } from '../protocol/index.js';
import type { ClientRecord, CompatibilitySetting } from '../storage/ports/index.js';

/**
 * The effect and the risk of each compatibility setting, for the administrator who decides. All are off for a new
 * client; an administrator turns one on for the client that needs it.
 */
export const compatibilitySettings: Record<CompatibilitySetting, { title: string; risk: string }> = {
  allow_code_without_pkce: {
    title: 'A public client may exchange a code without PKCE',
    risk: 'An attacker who intercepts the code can exchange it (RFC 9700 §2.1.1).',
  },
  allow_remembered_consent_at_https: {
    title: 'Consent to a native client is remembered for requests with a claimed https redirect URI',
    risk: 'An app that the device opens for that https URI gets tokens without asking the user (RFC 8252 §8.6).',
  },
  allow_omitted_redirect_uri_with_openid: {
    title: 'An OpenID Connect request may leave out redirect_uri; the first registered one is used',
    risk: 'The client cannot tell which of its URIs the response was meant for (OpenID Connect Core 1.0 §3.1.2.1).',
  },
  allow_omitted_redirect_uri_at_token: {
    title: 'A token request may leave out the redirect_uri that the authorization request named',
    risk: 'A code that was sent to another of its URIs is accepted too (RFC 6749 §4.1.3).',
  },
  allow_hybrid_code_in_query: {
    title:
      'response_type "code id_token" gets the code in the query, as if it were "code", unless response_mode has another value',
    risk: 'The ID token comes from the token endpoint only; without a scope the request counts as "openid".',
  },
  allow_introspection_without_credentials: {
    title: "Anyone may introspect the client's access tokens without credentials",
    risk: 'A token that leaked can be checked, and its scopes and audience read, by anyone who has it (RFC 7662 §2.1).',
  },
};

/**
 * Settings that are turned on and have no effect. They are refused, so that an accepted setting always has an effect.
 *
 * @param before undefined for a new client; settings that were on before stay on
 */
export function ineffectiveSettings(
  client: Settings,
  before: ClientRecord | undefined,
): readonly MetadataProblem[] {
  const isTurnedOn = (setting: CompatibilitySetting) =>
    client.compatibility.includes(setting) && before?.compatibility.includes(setting) !== true;
  return (Object.entries(effects) as [CompatibilitySetting, Effect][])
    .filter(([setting, { isWithout }]) => isTurnedOn(setting) && isWithout(client))
    .map(([setting, { message }]) => ({ field: `compatibility.${setting}`, message }));
}

type Settings = Pick<ClientRecord, 'authenticationMethod' | 'compatibility' | 'redirectUris'>;

interface Effect {
  /** Whether the setting changes nothing for this client. */
  readonly isWithout: (client: Settings) => boolean;
  readonly message: string;
}

const effects: Partial<Record<CompatibilitySetting, Effect>> = {
  allow_code_without_pkce: {
    isWithout: ({ authenticationMethod }) => authenticationMethod !== 'none',
    message:
      'has no effect for an app with credentials, which may leave out PKCE already; leave it out, or register an app with token_endpoint_auth_method none',
  },
  allow_remembered_consent_at_https: {
    isWithout: ({ redirectUris }) => !redirectUris.some(isClaimedHttpsUri),
    message:
      'is for an app with a claimed https redirect URI (RFC 8252 §8.6); leave it out, or register an https redirect URI of a host other than localhost',
  },
};

/** Whether the setting is on for the client. */
export function allows(client: ClientRecord, setting: CompatibilitySetting): boolean {
  return client.compatibility.includes(setting);
}
