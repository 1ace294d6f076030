import type { AccountLinkRecord, ClaimedMail } from '../../ports/index.js';
import { nullable } from '../codec/compound.js';
import { integer, json, text, time } from '../codec/field.js';
import { defineTable, type FieldsFor } from '../codec/table.js';

/** Mails that wait to be sent. */
export const mailsTable = defineTable('mails', {
  id: text('id'),
  template: text('template'),
  sealed: text('sealed'),
  createdAt: time('created_at'),
  expiresAt: time('expires_at'),
  attempts: integer('attempts'),
  /** Null while the mail is handed over. */
  nextAttemptAt: nullable(time('next_attempt_at')),
  handedOverAt: nullable(time('handed_over_at')),
} satisfies FieldsFor<ClaimedMail & { nextAttemptAt: number | null; handedOverAt: number | null }>);

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
