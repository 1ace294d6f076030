import { z } from 'zod';
import type { SubjectOf } from '../accounts/subject.js';
import { json } from '../endpoints/endpoint.js';
import type { Principal } from '../principals/principal.js';
import type { AccountRecord } from '../storage/ports/index.js';
import { envelopeOf, envelopeSchema } from './envelope.js';
import { defineOperation, type Operation } from './operation.js';
import { Problem } from './problem.js';

const personSchema = z
  .object({
    id: z.string().meta({ description: 'The `sub` by which the app that asks knows the person' }),
    userName: z.string(),
    firstName: z.string(),
    lastName: z.string(),
    displayName: z.string(),
    email: z.string(),
    status: z.int().meta({ description: '1 for an account in use' }),
    activationStatus: z.int().meta({ description: '1 where the email address has been checked, else 0' }),
    isAdmin: z.boolean(),
    isOwner: z.boolean(),
    isVisitor: z.boolean().meta({ description: 'Whether they may not register apps' }),
    isCollaborator: z.boolean(),
    isRoomAdmin: z.boolean(),
    isLDAP: z.boolean(),
    isSSO: z.boolean(),
    cultureName: z.string(),
    avatar: z.string().meta({ description: 'The address of a picture; empty where there is none' }),
    hasAvatar: z.boolean(),
    profileUrl: z.string().meta({ description: 'The address of their page; empty where there is none' }),
  })
  .meta({ id: 'Person' });

/** `/people/@self`: whoever calls, as the portal shows them; what an app asks for first. */
export function peopleApi(subjectOf: SubjectOf): readonly Operation[] {
  const self = defineOperation({
    id: 'showSelf',
    method: 'GET',
    paths: ['/api/2.0/people/@self'],
    tag: 'People',
    summary: 'Show who you are',
    description: 'With an access token: the person who gave it.',
    access: { role: 'guest', scope: { anyOf: ['accounts.self:read', 'accounts.self:write'] } },
    responses: { 200: { description: 'The person', schema: envelopeSchema(personSchema) } },
    refusals: {
      404: 'There is no person behind what you sent: a key of the deployment, or an app for itself',
    },
    async handle({ principal, incoming }) {
      const { account } = principal;
      if (account === null) throw new Problem(404, 'There is no person behind what you sent');
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
