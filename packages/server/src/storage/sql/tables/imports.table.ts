import type { ImportProgress } from '../../ports/index.js';
import { json, text, time } from '../codec/field.js';
import { defineTable } from '../codec/table.js';

/** Imports of users that are not complete. */
export const importsTable = defineTable('imports', {
  id: text('id'),
  progress: json<'progress', ImportProgress>('progress'),
  updatedAt: time('updated_at'),
});
