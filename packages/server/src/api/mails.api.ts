import { z } from 'zod';
import type { Clock } from '../crypto/clock.js';
import { json } from '../endpoints/endpoint.js';
import type { MailRecord, MailStore, QueuedMail } from '../storage/ports/index.js';
import { isoTime, timestamp } from '../validation/time.js';
import { defineOperation, notFound, type Operation } from './operation.js';
import { pageQuery, pageSchema, pageStart, representPage } from './page.js';
import { Problem } from './problem.js';

const mailId = z.string().regex(/^[A-Za-z0-9_-]{1,128}$/, 'is not an ID');
const mailPath = z.object({ id: mailId });
const state = z.enum(['waiting', 'in_doubt'], 'must be waiting or in_doubt');

const mailSchema = z
  .strictObject({
    id: z.string(),
    template: z.string(),
    to: z
      .string()
      .nullable()
      .meta({ description: 'The email address; null if it cannot be decrypted with this secret' }),
    state: state.meta({
      description:
        'waiting: it will be sent. in_doubt: its process ended while it sent the mail, so that it may have arrived',
    }),
    attempts: z.int(),
    created_on: timestamp,
    expires_on: timestamp.meta({ description: 'When it is no longer worth sending' }),
  })
  .meta({ id: 'Mail', description: 'A mail to a user that was not sent yet, or may not have arrived' });

const NOT_IN_DOUBT = 'No mail with this ID is in doubt';

export interface MailsApiDependencies {
  readonly mails: Pick<MailStore, 'list' | 'sendAgain' | 'delete'>;
  /** @returns undefined if the mail cannot be decrypted */
  readonly recipientOf: (mail: MailRecord) => string | undefined;
  /** Starts to send the mails that wait. */
  readonly wake: () => void;
  readonly clock: Clock;
}

/** `/mails`: the queue of mails, without their contents. */
export function mailsApi({ mails, recipientOf, wake, clock }: MailsApiDependencies): readonly Operation[] {
  const tag = 'Mails';
  const write = { role: 'administrator', scope: 'grantor.accounts:write' } as const;

  const represent = (mail: QueuedMail) => ({
    id: mail.id,
    template: mail.template,
    to: recipientOf(mail) ?? null,
    state: mail.state,
    attempts: mail.attempts,
    created_on: isoTime(mail.createdAt),
    expires_on: isoTime(mail.expiresAt),
  });

  const list = defineOperation({
    id: 'listMails',
    method: 'GET',
    paths: ['/api/2.0/mails'],
    tag,
    summary: 'List the mails that wait or are in doubt, newest first',
    access: { role: 'administrator', scope: 'grantor.accounts:read' },
    query: pageQuery('mail', mailId).extend({ state: state.optional() }),
    responses: { 200: { description: 'A page of mails', schema: pageSchema('mail', mailSchema) } },
    async handle({ query }) {
      const after = pageStart('mail', query.last_mail_id, query.last_created_on);
      const page = await mails.list({ limit: query.limit, after }, query.state);
      return json(200, representPage('mail', page, query.limit, represent));
    },
  });

  const sendAgain = defineOperation({
    id: 'sendMailAgain',
    method: 'POST',
    paths: ['/api/2.0/mails/:id/send'],
    tag,
    summary: 'Send a mail in doubt again',
    description: 'It has the same `Message-ID`. If the first one arrived, the user gets it twice.',
    access: write,
    path: mailPath,
    responses: { 200: { description: 'It waits to be sent' } },
    refusals: { 404: NOT_IN_DOUBT, 409: 'The mail has expired' },
    async handle({ path, event }) {
      const outcome = await mails.sendAgain(path.id, clock(), (mail) =>
        event({
          type: 'mail.sent_again',
          target: { type: 'mail', id: mail.id },
          before: { state: 'in_doubt' },
          after: { template: mail.template, state: 'waiting' },
        }),
      );
      if (outcome === 'missing') throw notFound('mail');
      if (outcome === 'expired') {
        throw new Problem(409, 'The mail has expired. Delete it, and let the user request another one');
      }
      wake();
      return { kind: 'json', status: 200, body: undefined };
    },
  });

  const remove = defineOperation({
    id: 'deleteMail',
    method: 'DELETE',
    paths: ['/api/2.0/mails/:id'],
    tag,
    summary: 'Delete a mail in doubt',
    access: write,
    path: mailPath,
    responses: { 200: { description: 'Deleted' } },
    refusals: { 404: NOT_IN_DOUBT },
    async handle({ path, event }) {
      const outcome = await mails.delete(path.id, (mail) =>
        event({
          type: 'mail.deleted',
          target: { type: 'mail', id: mail.id },
          before: { template: mail.template, state: 'in_doubt' },
        }),
      );
      if (outcome === 'missing') throw notFound('mail');
      return { kind: 'json', status: 200, body: undefined };
    },
  });

  return [list, sendAgain, remove];
}
