import { z } from 'zod';

/** The envelope around responses that are not about apps, scopes or consents, in the format of DocSpace. */
export function envelopeOf(response: unknown, href: string): Record<string, unknown> {
  return { response, count: 1, links: [{ href, action: 'GET' }], status: 0, statusCode: 200 };
}

/** The schema of such a response. */
export function envelopeSchema(response: z.ZodType) {
  return z.object({
    response,
    count: z.literal(1),
    links: z.array(z.object({ href: z.string(), action: z.literal('GET') })),
    status: z.literal(0),
    statusCode: z.literal(200),
  });
}
