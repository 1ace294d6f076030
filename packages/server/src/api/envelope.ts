import { z } from 'zod';

/** What the portal's programs expect around an answer that is not about apps, scopes or consents. */
export function envelopeOf(response: unknown, href: string): Record<string, unknown> {
  return { response, count: 1, links: [{ href, action: 'GET' }], status: 0, statusCode: 200 };
}

/** The schema of such an answer. */
export function envelopeSchema(response: z.ZodType) {
  return z.object({
    response,
    count: z.literal(1),
    links: z.array(z.object({ href: z.string(), action: z.literal('GET') })),
    status: z.literal(0),
    statusCode: z.literal(200),
  });
}
