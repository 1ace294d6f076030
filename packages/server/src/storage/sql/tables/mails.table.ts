import type { AccountLinkRecord, QueuedMail } from '../../ports/index.js';
import { nullable } from '../codec/compound.js';
import { integer, json, text, time } from '../codec/field.js';
import { defineTable, type FieldsFor } from '../codec/table.js';

/** Mails that wait to be sent, or are in doubt. */
export const mailsTable = defineTable('mails', {
  id: text('id'),
  template: text('template'),
  sealed: text('sealed'),
  createdAt: time('created_at'),
  expiresAt: time('expires_at'),
  attempts: integer('attempts'),
  state: text('state'),
  /** Null while the mail is handed over or in doubt. */
  nextAttemptAt: nullable(time('next_attempt_at')),
  handedOverAt: nullable(time('handed_over_at')),
} satisfies FieldsFor<QueuedMail & { nextAttemptAt: number | null; handedOverAt: number | null }>);

/** Links in mails that work once. */
export const accountLinksTable = defineTable('account_links', {
  tokenHash: text('token_hash'),
  purpose: text('purpose'),
  accountId: nullable(text('account_id')),
  email: text('email'),
  payload: json('payload'),
  createdAt: time('created_at'),
  expiresAt: time('expires_at'),
} satisfies FieldsFor<AccountLinkRecord>);
