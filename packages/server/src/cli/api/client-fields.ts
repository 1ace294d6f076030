import type { Command } from 'commander';
import { exitCodes } from '../exit-codes.js';
import { ApiFailure } from './api-client.js';
import { collect, given, readFields } from './api-command.js';
import { readLogoFile } from './logo-file.js';
import type { Item } from './pages.js';

/** The options that say what an app is like. */
export interface FieldOptions {
  readonly name?: string;
  readonly description?: string;
  readonly redirectUri?: readonly string[];
  readonly logoutRedirectUri?: readonly string[];
  readonly allowedOrigin?: readonly string[];
  readonly scope?: readonly string[];
  readonly grantType?: readonly string[];
  readonly authMethod?: string;
  readonly allowPkce?: boolean;
  readonly audience?: string;
  readonly resource?: readonly string[];
  readonly idTokenClaims?: string;
  readonly logo?: string;
  readonly websiteUrl?: string;
  readonly termsUrl?: string;
  readonly policyUrl?: string;
  readonly fromFile?: string;
}

export function withClientFields(command: Command): Command {
  return command
    .option('--name <text>', 'what people know it as')
    .option('--description <text>', 'what it does')
    .option('--redirect-uri <uri>', 'where it gets its answers; may be repeated', collect)
    .option('--logout-redirect-uri <uri>', 'where people go after signing out; may be repeated', collect)
    .option('--allowed-origin <origin>', 'whose pages may call as this app; may be repeated', collect)
    .option('--scope <name>', 'what it may ask for; may be repeated', collect)
    .option('--grant-type <name>', 'how it gets tokens; may be repeated', collect)
    .option('--auth-method <name>', 'how it proves itself: client_secret_basic, none, ...')
    .option('--allow-pkce', 'it may exchange codes with PKCE and without its secret')
    .option('--no-allow-pkce', 'it may not')
    .option('--audience <uri>', 'the address of the API that its access tokens are for')
    .option('--resource <uri>', 'an API that it may ask tokens for; may be repeated', collect)
    .option('--id-token-claims <which>', 'what its ID tokens hold of names and email: standard or all')
    .option('--logo <file>', 'its picture: png, jpg or svg')
    .option('--website-url <url>')
    .option('--terms-url <url>')
    .option('--policy-url <url>')
    .option('--from-file <file>', 'its fields as JSON, - for standard input; what options say counts');
}

/**
 * What an app shall be like, in the fields of the API.
 *
 * @throws ApiFailure where nothing was said
 */
export function clientFields(options: FieldOptions): Item {
  const fields = {
    ...readFields(options.fromFile),
    ...given({
      name: options.name,
      description: options.description,
      redirect_uris: options.redirectUri,
      logout_redirect_uris: options.logoutRedirectUri,
      allowed_origins: options.allowedOrigin,
      scopes: options.scope,
      grant_types: options.grantType,
      token_endpoint_auth_method: options.authMethod,
      allow_pkce: options.allowPkce,
      audience: options.audience,
      resources: options.resource,
      id_token_claims: options.idTokenClaims,
      logo: options.logo === undefined ? undefined : readLogoFile(options.logo),
      website_url: options.websiteUrl,
      terms_url: options.termsUrl,
      policy_url: options.policyUrl,
    }),
  };
  if (Object.keys(fields).length === 0)
    throw new ApiFailure('Say what the app shall be like: see --help.', { exitCode: exitCodes.usage });
  return fields;
}
