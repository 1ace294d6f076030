import { z } from 'zod';

/** @param seconds since the epoch */
export const isoTime = (seconds: number): string => new Date(seconds * 1000).toISOString();

export const timestamp = z.iso
  .datetime({ offset: true, error: 'must be a time, such as 2026-01-31T12:00:00Z' })
  .meta({ description: 'A time, ISO 8601' });

/** A time in a query. The offset may also have the form of C's `%z`: `+0000`. DocSpace's own SDK sends it. */
export const timeAsked = z
  .preprocess(
    (value) => (typeof value === 'string' ? value.replace(/([+-]\d\d)(\d\d)$/, '$1:$2') : value),
    timestamp,
  )
  .meta({ description: 'A time, ISO 8601', type: 'string', format: 'date-time' });
