import { defineStatement } from './statement.js';

/** Writes nothing new, and so keeps others from writing the client until the unit ends. */
export const lockClient = defineStatement((db, p: { id: string }) =>
  db
    .updateTable('clients')
    .set((eb) => ({ updated_at: eb.ref('updated_at') }))
    .where('id', '=', p.id)
    .returningAll(),
);
