import type { PasskeyRecord, RememberedDeviceRecord, TotpRecord } from '../../ports/index.js';
import { nullable } from '../codec/compound.js';
import { flag, integer, text, texts, time } from '../codec/field.js';
import { defineTable, type FieldsFor } from '../codec/table.js';

/** Passkeys of users. */
export const passkeysTable = defineTable('passkeys', {
  id: text('id'),
  accountId: text('account_id'),
  publicKey: text('public_key'),
  counter: integer('counter'),
  transports: texts('transports'),
  backupEligible: flag('backup_eligible'),
  backedUp: flag('backed_up'),
  name: text('name'),
  createdAt: time('created_at'),
  lastUsedAt: nullable(time('last_used_at')),
} satisfies FieldsFor<PasskeyRecord>);

/** Keys of authenticator apps. */
export const totpKeysTable = defineTable('totp_keys', {
  accountId: text('account_id'),
  sealedKey: text('sealed_key'),
  lastStep: integer('last_step'),
  createdAt: time('created_at'),
} satisfies FieldsFor<TotpRecord>);

/** Recovery codes that were not used. */
export const recoveryCodesTable = defineTable('recovery_codes', {
  accountId: text('account_id'),
  hash: text('hash'),
});

/** Browsers in which users need no second factor for a time. */
export const rememberedDevicesTable = defineTable('remembered_devices', {
  id: text('id'),
  accountId: text('account_id'),
  tokenHash: text('token_hash'),
  name: text('name'),
  createdAt: time('created_at'),
  expiresAt: time('expires_at'),
} satisfies FieldsFor<RememberedDeviceRecord>);
