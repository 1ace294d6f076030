import { z } from 'zod';
import { metadataFields } from '../clients/metadata/fields.js';
import { clientFields } from '../clients/metadata.js';
import {
  ClientMetadataError,
  type GrantType,
  grantTypes,
  isScopeValue,
  parseResponseType,
  partsOf,
  type ResponseType,
  redirectUriHost,
} from '../protocol/index.js';
import { listOf } from '../validation/values.js';

/**
 * The grant types that clients can register for themselves. `client_credentials` is not among them: anyone could get
 * tokens that no user allowed.
 */
const ownGrantTypes: readonly GrantType[] = ['authorization_code', 'refresh_token', 'implicit'];

const word = z.string().max(256);

const responseType = word.transform((value, context): ResponseType => {
  const type = parseResponseType(value);
  if (type !== undefined) return type;
  context.addIssue({ code: 'custom', message: 'is not a response type of this server' });
  return z.NEVER;
});

const scope = z
  .string()
  .max(2048)
  .transform((value) => [...new Set(value.split(' ').filter((name) => name !== ''))])
  .refine((names) => names.every(isScopeValue), 'must be scopes with one space between them');

/**
 * The members that a client may send (RFC 7591 §2). Other members are ignored (RFC 7591 §2), so that a client cannot
 * set fields of the operator.
 */
const requestSchema = z.object({
  client_name: clientFields.name.optional(),
  redirect_uris: clientFields.redirect_uris.optional(),
  grant_types: listOf(word, 32, 'grant type').optional(),
  response_types: listOf(responseType, 32, 'response type').optional(),
  scope: scope.optional(),
  token_endpoint_auth_method: clientFields.token_endpoint_auth_method.default('client_secret_basic'),
  id_token_signed_response_alg: clientFields.id_token_signed_response_alg.optional(),
  ...metadataFields,
});

type Request = z.output<typeof requestSchema>;
type Encryption = 'id_token_encrypted_response_enc' | 'userinfo_encrypted_response_enc';

/** RFC 8628 §3.4 */
const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';

/** A client's own metadata with every default filled in (RFC 7591 §2, OpenID Connect Registration 1.0 §2). */
export type OwnMetadata = Omit<
  Request,
  'client_name' | 'redirect_uris' | 'grant_types' | 'response_types' | 'scope'
> & {
  readonly name: string;
  readonly redirect_uris: string[];
  readonly grant_types: GrantType[];
  readonly response_types: ResponseType[];
  /** The requested value, whether or not it is allowed; undefined if none was requested. */
  readonly scope: readonly string[] | undefined;
};

/**
 * Reads the metadata of a registration or an update.
 *
 * @param members of the request
 * @param grants whether the server issues refresh tokens, and the grant types that the client may keep although it
 *   cannot request them
 * @throws ClientMetadataError naming every invalid member
 */
export function readOwnMetadata(
  members: Readonly<Record<string, unknown>>,
  grants: { readonly refreshTokens: boolean; readonly also?: readonly GrantType[] },
): OwnMetadata {
  // RFC 7591 §2, RFC 7592 §2.2: null means absent.
  const sent = Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
  const result = requestSchema.safeParse(sent);
  if (!result.success) {
    throw new ClientMetadataError(
      result.error.issues.map(({ path, message }) => ({ field: path.map(String).join('.'), message })),
    );
  }
  const { client_name: name, redirect_uris: uris = [], ...request } = result.data;
  const responseTypes = request.response_types ?? ['code'];
  // RFC 7591 §3.2.1 lets the server leave out refresh_token, which most clients request.
  const own = ownGrantTypes.filter((type) => type !== 'refresh_token' || grants.refreshTokens);
  const types = grantTypesFor(request, responseTypes, [...own, ...(grants.also ?? [])]);
  return {
    ...request,
    name: name ?? redirectUriHost(uris[0] ?? 'an app').slice(0, 256),
    redirect_uris: uris,
    scope: request.scope,
    response_types: responseTypes,
    grant_types: types,
    application_type: applicationTypeOf(request, uris, types),
    // OpenID Connect Registration 1.0 §2: the default if only the algorithm is registered.
    ...withEncryption('id_token', request),
    ...withEncryption('userinfo', request),
  };
}

/** The requested grant types that are allowed (RFC 7591 §3.2.1), or else those that the response types need (§2.1). */
function grantTypesFor(
  { grant_types: asked }: Request,
  responseTypes: readonly ResponseType[],
  available: readonly GrantType[],
): GrantType[] {
  if (asked === undefined) {
    const needed = responseTypes.map((type) =>
      partsOf(type)?.code === true ? 'authorization_code' : 'implicit',
    );
    return [...new Set(needed)];
  }
  const granted = grantTypes.filter((type) => available.includes(type) && asked.includes(type));
  // RFC 6749 §6: a refresh token comes from another grant.
  if (granted.some((type) => type !== 'refresh_token')) return granted;
  const unsupported = asked.includes(DEVICE_CODE)
    ? 'names the device authorization grant, which this server does not support'
    : 'has no grant type with which this server starts an authorization';
  const message = `${unsupported}; send authorization_code, for a program without a web server with http://127.0.0.1/callback in redirect_uris`;
  throw new ClientMetadataError([{ field: 'grant_types', message }]);
}

/**
 * `web`, unless an app scheme shows that the app is native (OpenID Connect Registration 1.0 §2). Some native apps
 * send `web` with their own scheme. They are registered as `native`, which the response shows (RFC 7591 §3.2.1). An
 * app with the implicit grant that sends `web` needs https.
 */
function applicationTypeOf(
  { application_type: sent }: Request,
  redirectUris: readonly string[],
  types: readonly GrantType[],
): 'native' | 'web' {
  const isWeb = redirectUris.every((uri) => /^https?:/.test(uri));
  if (sent === undefined || sent === null) return isWeb ? 'web' : 'native';
  return sent === 'web' && !isWeb && !types.includes('implicit') ? 'native' : sent;
}

function withEncryption(kind: 'id_token' | 'userinfo', request: Request): Partial<Pick<Request, Encryption>> {
  const [alg, enc] = [`${kind}_encrypted_response_alg`, `${kind}_encrypted_response_enc`] as const;
  return request[alg] === undefined ? {} : { [enc]: request[enc] ?? 'A128CBC-HS256' };
}
