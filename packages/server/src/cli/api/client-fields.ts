import type { Command } from 'commander';
import { exitCodes } from '../exit-codes.js';
import { ApiFailure } from './api-client.js';
import { collect, defined, readFields } from './api-command.js';
import { readLogoFile } from './logo-file.js';
import type { Item } from './pages.js';

/** The options for the fields of an app. */
export interface FieldOptions {
  readonly name?: string;
  readonly description?: string;
  readonly redirectUri?: readonly string[];
  readonly logoutRedirectUri?: readonly string[];
  readonly allowedOrigin?: readonly string[];
  readonly scope?: readonly string[];
  readonly grantType?: readonly string[];
  readonly authMethod?: string;
  readonly publisher?: string;
  readonly optionalScope?: readonly string[];
  readonly verified?: boolean;
  readonly allowPkce?: boolean;
  readonly audience?: string;
  readonly resource?: readonly string[];
  readonly idTokenClaims?: string;
  readonly logo?: string;
  readonly websiteUrl?: string;
  readonly termsUrl?: string;
  readonly policyUrl?: string;
  readonly accentLight?: string;
  readonly accentDark?: string;
  readonly logoStyle?: string;
  readonly fromFile?: string;
}

export function withClientFields(command: Command): Command {
  return command
    .option('--name <text>', 'the name on the consent page')
    .option('--description <text>', 'what the app does')
    .option('--publisher <text>', 'who publishes the app')
    .option('--redirect-uri <uri>', 'where authorization responses are sent; may be repeated', collect)
    .option('--logout-redirect-uri <uri>', 'where users are sent after signing out; may be repeated', collect)
    .option(
      '--allowed-origin <origin>',
      'an origin whose pages may send requests for the app; may be repeated',
      collect,
    )
    .option('--scope <name>', 'a scope that the app may request; may be repeated', collect)
    .option('--optional-scope <name>', 'a scope that users can leave out; may be repeated', collect)
    .option('--verified', 'an administrator verified who publishes the app')
    .option('--no-verified', 'its publisher is not verified')
    .option('--grant-type <name>', 'a grant type; may be repeated', collect)
    .option('--auth-method <name>', 'the client authentication method: client_secret_basic, none, ...')
    .option('--allow-pkce', 'the app may exchange codes with PKCE instead of its secret')
    .option('--no-allow-pkce', 'the app needs its secret')
    .option('--audience <uri>', 'the API that its access tokens are for')
    .option('--resource <uri>', 'an API that the app may request tokens for; may be repeated', collect)
    .option('--id-token-claims <which>', 'whether ID tokens have names and email: standard or all')
    .option('--logo <file>', 'an image: png, jpg or svg')
    .option('--accent-light <colour>', 'the colour of buttons and links on its light pages: #0b6655')
    .option('--accent-dark <colour>', 'the same on its dark pages')
    .option('--logo-style <style>', 'icon, or wordmark for a logo with the name in it')
    .option('--website-url <url>')
    .option('--terms-url <url>')
    .option('--policy-url <url>')
    .option('--from-file <file>', 'the fields as JSON, - for standard input; options override it');
}

/**
 * The options as fields of the API.
 *
 * @throws ApiFailure without any field
 */
export function clientFields(options: FieldOptions): Item {
  const fields = {
    ...readFields(options.fromFile),
    ...defined({
      name: options.name,
      description: options.description,
      publisher: options.publisher,
      optional_scopes: options.optionalScope,
      verified: options.verified,
      redirect_uris: options.redirectUri,
      post_logout_redirect_uris: options.logoutRedirectUri,
      allowed_origins: options.allowedOrigin,
      scopes: options.scope,
      grant_types: options.grantType,
      token_endpoint_auth_method: options.authMethod,
      allow_pkce: options.allowPkce,
      audience: options.audience,
      resources: options.resource,
      id_token_claims: options.idTokenClaims,
      logo: options.logo === undefined ? undefined : readLogoFile(options.logo),
      accent_light: options.accentLight,
      accent_dark: options.accentDark,
      logo_style: options.logoStyle,
      client_uri: options.websiteUrl,
      tos_uri: options.termsUrl,
      policy_uri: options.policyUrl,
    }),
  };
  if (Object.keys(fields).length === 0)
    throw new ApiFailure('No field is given. See --help for the options.', { exitCode: exitCodes.usage });
  return fields;
}
