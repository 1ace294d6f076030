import { z } from 'zod';

/** Text that every database stores and every page shows: no control characters, no lone surrogates. */
export const text = (minimum: number, maximum: number) =>
  z
    .string()
    .trim()
    .min(minimum, minimum === 1 ? 'must not be empty' : `must have at least ${minimum} characters`)
    .max(maximum, `must have at most ${maximum} characters`)
    .refine((value) => value.isWellFormed() && !/\p{Cc}/u.test(value), 'must not contain control characters');

/** One of these values. The refusal lists them. */
export const oneOf = <const T extends readonly string[]>(values: T) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` });

/** @param what the name of one item in refusals: `URI` */
export const listOf = <T extends z.ZodType>(item: T, most: number, what: string) =>
  z
    .array(item)
    .max(most, `must have at most ${most} ${what}s`)
    .refine((values) => new Set(values).size === values.length, `must not name a ${what} twice`);

/** A field that may be left out; null removes the registered value (RFC 7592 §2.2). */
export const optional = <T extends z.ZodType>(schema: T) => schema.nullable().optional();
