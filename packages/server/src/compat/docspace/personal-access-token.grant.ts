import type { CreateEvent } from '../../audit/events.js';
import type { Resources } from '../../clients/resources.js';
import type { Clock } from '../../crypto/clock.js';
import type { Random } from '../../crypto/random.js';
import type { AuthenticatedRequest, Grant } from '../../grants/grant-type.js';
import { newGrant } from '../../issuance/grant.js';
import { isAtLeast } from '../../principals/principal.js';
import { OAuthError, parseScope } from '../../protocol/index.js';
import type { Catalogue } from '../../scopes/catalogue.js';
import { accessAt, checkResourcesOf, checkScopesOf, scopesOfToken } from '../../scopes/client-scopes.js';
import type { ScopeCatalogue } from '../../scopes/scope-catalogue.js';
import type { ClientRecord, GrantStore } from '../../storage/ports/index.js';
import type { UserOfSignature } from './signed-caller.js';

export interface PersonalAccessTokenGrantDependencies {
  readonly grants: GrantStore;
  readonly resources: Resources;
  readonly scopes: ScopeCatalogue;
  readonly userOfSignature: UserOfSignature;
  readonly createEvent: CreateEvent;
  readonly clock: Clock;
  readonly random: Random;
  /** How long the token is valid at most, in seconds. */
  readonly seconds: number;
}

type Developer = NonNullable<Awaited<ReturnType<UserOfSignature>>>;

/**
 * The extension grant `personal_access_token` (RFC 6749 §4.5), with which a developer tests an app against an API without
 * a browser. The request has the credentials of the app and an x-signature of the developer. A new token replaces the
 * previous one of the same developer and app.
 */
export function personalAccessTokenGrant(dependencies: PersonalAccessTokenGrantDependencies): Grant {
  const { grants, resources, scopes: catalogue, userOfSignature, createEvent, clock, seconds } = dependencies;

  async function developerOf({ headers }: AuthenticatedRequest): Promise<Developer> {
    const person = await userOfSignature(headers);
    if (person === undefined) {
      throw new OAuthError('invalid_grant', 'The x-signature is missing, invalid or expired');
    }
    if (!isAtLeast(person.role, 'developer')) {
      throw new OAuthError(
        'invalid_grant',
        'The user of the x-signature may not register apps on this server',
      );
    }
    // The token would outlive the session, which may have been stolen.
    if (person.credential.kind === 'session') {
      throw new OAuthError(
        'invalid_grant',
        'The x-signature was created with a session. Create it with an API key without scopes',
      );
    }
    // Otherwise a credential with limited scopes could get a token with more of them.
    if (person.scopes !== null) {
      throw new OAuthError(
        'invalid_grant',
        'The x-signature was created with a credential of limited scopes. Create it with an API key without scopes',
      );
    }
    return person;
  }

  return {
    type: 'personal_access_token',
    // An app that may ask users for access may also be tested.
    comesWith: ['authorization_code'],
    async redeem(request) {
      const { client, parameters, address } = request;
      if (client.authenticationMethod === 'none') {
        throw new OAuthError(
          'unauthorized_client',
          'A public app cannot use this grant type, since it cannot keep a secret',
        );
      }
      const named = parseScope(parameters.scope);
      const targets = resources.targets(client, parameters.resource);
      const known = await catalogue.consult([...named, ...client.scopes]);
      const asked = scopesFor(client, named, known);
      checkResourcesOf(asked, targets, known);
      const access = accessAt(targets, asked, known);
      const scopes = scopesOfToken(asked, access);
      const developer = await developerOf(request);
      const { account } = developer;
      request.noteUser(account.id);
      // The token does not outlive the credential that it is issued to.
      const left = (developer.expiresAt ?? Number.POSITIVE_INFINITY) - clock();
      const accessTokenSeconds = Math.min(seconds, left);
      const grant = newGrant(dependencies, {
        origin: { kind: 'developer', credentialsVersion: client.credentialsVersion },
        clientId: client.id,
        accountId: account.id,
        scopes,
        audience: resources.audienceOf(client),
        details: { access },
        seconds: accessTokenSeconds,
      });
      return {
        kind: 'redemption',
        subject: {
          kind: 'user',
          client,
          grant,
          account,
          scopes,
          audience: access.map(({ resource }) => resource),
        },
        // No ID token, since no user signed in. No refresh token, since the developer can request another token.
        wants: { accessToken: true, accessTokenSeconds },
        async commit(tokens, body) {
          const event = createEvent({
            type: 'personal_access_token.issued',
            actor: developer.actor,
            via: developer.via,
            address,
            target: { type: 'grant', id: grant.id },
            after: { scopes },
            clientId: client.id,
            accountId: account.id,
            grantId: grant.id,
          });
          if ((await grants.create({ grant, tokens, event })) === 'created') return body;
          throw new OAuthError(
            'invalid_client',
            'The app has been disabled or deleted, or has another secret',
          );
        },
      };
    },
  };
}

/**
 * The scopes of the token. The request must name them; there is no default. `offline_access` is ignored, since there is no
 * refresh token (RFC 6749 §3.3 allows fewer scopes than requested).
 */
function scopesFor(client: ClientRecord, asked: readonly string[], catalogue: Catalogue): readonly string[] {
  checkScopesOf(client, asked, catalogue);
  const given = asked.filter((name) => name !== 'offline_access');
  if (given.length === 0) {
    throw new OAuthError('invalid_scope', "'scope' is missing. Name the scopes of the token");
  }
  return given;
}
