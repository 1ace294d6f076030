import { z } from 'zod';
import type { SubjectOf } from '../../accounts/subject.js';
import { defineOperation, type Operation } from '../../api/operation.js';
import { Problem } from '../../api/problem.js';
import { json } from '../../endpoints/endpoint.js';
import type { Principal } from '../../principals/principal.js';
import type { AccountRecord } from '../../storage/ports/index.js';
import { envelopeOf, envelopeSchema } from './envelope.js';

const personSchema = z
  .object({
    id: z.string().meta({ description: 'The `sub` of the user for the app that sends the request' }),
    userName: z.string(),
    firstName: z.string(),
    lastName: z.string(),
    displayName: z.string(),
    email: z.string(),
    status: z.int().meta({ description: '1 for an account in use' }),
    activationStatus: z.int().meta({ description: '1 if the email address is verified, else 0' }),
    isAdmin: z.boolean(),
    isOwner: z.boolean(),
    isVisitor: z.boolean().meta({ description: 'Whether the user may not register apps' }),
    isCollaborator: z.boolean(),
    isRoomAdmin: z.boolean(),
    isLDAP: z.boolean(),
    isSSO: z.boolean(),
    cultureName: z.string(),
    avatar: z.string().meta({ description: 'The URL of a picture; empty if there is none' }),
    hasAvatar: z.boolean(),
    profileUrl: z
      .string()
      .meta({ description: 'The URL of the user’s profile page; empty if there is none' }),
  })
  .meta({ id: 'Person' });

/** `/people/@self`: the user of the request, in the format of DocSpace. */
export function peopleApi(subjectOf: SubjectOf): readonly Operation[] {
  const self = defineOperation({
    id: 'showSelf',
    method: 'GET',
    paths: ['/api/2.0/people/@self'],
    tag: 'Users',
    summary: 'Show the current user',
    description: 'With an access token: the user who granted it.',
    access: { role: 'guest', scope: { anyOf: ['accounts.self:read', 'accounts.self:write'] } },
    responses: { 200: { description: 'The user', schema: envelopeSchema(personSchema) } },
    refusals: {
      404: 'The credential belongs to no user: a key of the deployment, or a token of an app for itself',
    },
    async handle({ principal, incoming }) {
      const { account } = principal;
      if (account === null) throw new Problem(404, 'The credential of this request belongs to no user');
      const { credential } = principal;
      const id = credential.kind === 'access_token' ? subjectOf(account, credential.client) : account.id;
      return json(200, envelopeOf(representPerson(id, account, principal), incoming.path));
    },
  });
  return [self];
}

function representPerson(
  id: string,
  account: AccountRecord,
  { role }: Pick<Principal, 'role'>,
): z.input<typeof personSchema> {
  const avatar = textOf(account, 'picture');
  return {
    id,
    userName: account.username,
    firstName: account.givenName ?? '',
    lastName: account.familyName ?? '',
    displayName: account.name,
    email: account.email ?? '',
    status: 1,
    activationStatus: account.emailVerified ? 1 : 0,
    isAdmin: account.isAdmin,
    isOwner: false,
    isVisitor: role === 'guest',
    isCollaborator: false,
    isRoomAdmin: false,
    isLDAP: false,
    isSSO: false,
    cultureName: textOf(account, 'locale') || 'en',
    avatar,
    hasAvatar: avatar !== '',
    profileUrl: textOf(account, 'profile'),
  };
}

/** A standard claim that is text; empty where the account has none. */
function textOf({ claims }: AccountRecord, name: string): string {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
  return typeof value === 'string' ? value : '';
}
