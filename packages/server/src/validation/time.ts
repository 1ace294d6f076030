import { z } from 'zod';

/** @param seconds since the epoch */
export const isoTime = (seconds: number): string => new Date(seconds * 1000).toISOString();

export const timestamp = z.iso
  .datetime({ offset: true, error: 'must be a time, such as 2026-01-31T12:00:00Z' })
  .meta({ description: 'A time, RFC 3339' });
