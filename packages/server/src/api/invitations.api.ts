import { z } from 'zod';
import type { SignUp } from '../accounts/self-service/sign-up.js';
import { json } from '../endpoints/endpoint.js';
import { DEFAULT_LANGUAGE, languages } from '../texts/languages.js';
import { isoTime, timestamp } from '../validation/time.js';
import { defineOperation, type Operation } from './operation.js';
import { Problem } from './problem.js';

const invitationSchema = z
  .object({
    email: z.string(),
    expires_on: timestamp.meta({ description: 'When the link in the mail stops working' }),
  })
  .meta({ id: 'Invitation', description: 'A mail with a link to create an account' });

/** @param signUp undefined where users cannot sign up, or without a mail server */
export function invitationsApi(signUp: Pick<SignUp, 'invite'> | undefined): readonly Operation[] {
  const create = defineOperation({
    id: 'createInvitation',
    method: 'POST',
    paths: ['/api/2.0/invitations'],
    tag: 'Users',
    summary: 'Invite a user by mail to create an account',
    description:
      'Sends a mail with a link that works once, for 7 days. The user chooses a name and a password there. It needs `GRANTOR_SIGN_UP=invite` or `open`.',
    access: { role: 'administrator', scope: 'grantor.accounts:write' },
    body: z.strictObject({
      email: z.string().max(320, 'must have at most 320 characters'),
      language: z
        .enum(languages, `must be one of ${languages.join(', ')}`)
        .optional()
        .meta({
          description: 'The language of the mail. Default: `en`',
        }),
    }),
    responses: { 201: { description: 'The invitation', schema: invitationSchema } },
    refusals: {
      409: 'A user has this email address, or users cannot sign up at this server',
      503: 'Too many mails wait to be sent',
    },
    async handle({ body, event }) {
      if (signUp === undefined) {
        throw new Problem(
          409,
          'Users cannot sign up at this server. Set GRANTOR_SIGN_UP to invite or open, and GRANTOR_OTHER_SIGN_INS to on if users sign in on a page of yours',
        );
      }
      const outcome = await signUp.invite(body.email, body.language ?? DEFAULT_LANGUAGE, event);
      if (outcome === 'exists') throw new Problem(409, 'A user has this email address');
      if (outcome === 'full') throw new Problem(503, 'Too many mails wait to be sent. Try again later');
      if (outcome === 'invalidEmail') {
        throw new Problem(400, 'email is not an email address such as ada@example.com');
      }
      return json(201, { email: outcome.email, expires_on: isoTime(outcome.expiresAt) });
    },
  });
  return [create];
}
