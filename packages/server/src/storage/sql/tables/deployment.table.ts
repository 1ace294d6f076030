import type { IdempotentRequest, RateLimitWindow } from '../../ports/index.js';
import { nullable } from '../codec/compound.js';
import { flag, integer, text, time } from '../codec/field.js';
import { defineTable, type FieldsFor } from '../codec/table.js';

/** Values that all processes of a deployment share. */
export const deploymentValuesTable = defineTable('deployment_values', {
  name: text('name'),
  value: text('value'),
});

/** The row that a health check writes and reads. */
export const healthChecksTable = defineTable('health_checks', {
  id: integer('id'),
  checkedAt: time('checked_at'),
});

/** The migrations that the database has. */
export const schemaMigrationsTable = defineTable('schema_migrations', {
  version: integer('version'),
  name: text('name'),
});

/** Windows of rate limits that processes share. */
export const rateLimitsTable = defineTable('rate_limits', {
  key: text('key'),
  used: integer('used'),
  endsAt: time('ends_at'),
} satisfies FieldsFor<RateLimitWindow>);

/** Requests with an `Idempotency-Key`. */
export const idempotentRequestsTable = defineTable('idempotent_requests', {
  caller: text('caller'),
  keyHash: text('key_hash'),
  fingerprint: text('fingerprint'),
  /** Null while the request is processed, and after a failure. */
  sealedResponse: nullable(text('sealed_answer')),
  isUnknown: flag('is_unknown'),
  /** How often the request was received: the first caller finds 1. */
  claims: integer('claims'),
  createdAt: time('created_at'),
} satisfies FieldsFor<IdempotentRequest & { claims: number }>);
