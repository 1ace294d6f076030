import { nullable } from '../codec/compound.js';
import { text, time } from '../codec/field.js';
import { defineTable } from '../codec/table.js';

/** The logo of a client, as a `data:` URI. */
export const clientLogosTable = defineTable('client_logos', {
  clientId: text('client_id'),
  dataUri: text('data_uri'),
});

/** The server's own copy of a logo at another address. Version and data are null while there is no copy. */
export const clientLogoCopiesTable = defineTable('client_logo_copies', {
  clientId: text('client_id'),
  logoUri: text('logo_uri'),
  askedAt: time('asked_at'),
  version: nullable(text('version')),
  dataUri: nullable(text('data_uri')),
});
