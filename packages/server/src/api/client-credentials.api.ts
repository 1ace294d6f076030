import { z } from 'zod';
import type { RotateSecret } from '../clients/rotate-secret.js';
import { json } from '../endpoints/endpoint.js';
import type { ClientRecord } from '../storage/ports/index.js';
import { isoTime, timestamp } from '../validation/time.js';
import { belowClients, changeRefusals, clientPath, visible, writeClients } from './client-operations.js';
import { etagOfClient } from './client-representation.js';
import { refuseMismatch } from './etag.js';
import { defineOperation, notFound, type Operation } from './operation.js';
import { Problem } from './problem.js';

/** Long enough for the slowest deployment. */
const LONGEST_OVERLAP_SECONDS = 30 * 24 * 60 * 60;

const rotationSchema = z
  .strictObject({
    overlap_seconds: z
      .int('must be a whole number')
      .min(0, 'must be at least 0')
      .max(LONGEST_OVERLAP_SECONDS, `must be at most ${LONGEST_OVERLAP_SECONDS}`)
      .default(0)
      .meta({
        description:
          'How long the previous secret stays valid. Without it, the previous secret and all access that the app was granted end at once: use this for a secret that leaked',
      }),
  })
  .meta({ id: 'SecretRotation' });

const rotatedSchema = z
  .strictObject({
    client_secret: z.string().meta({ description: 'The new secret. Shown only in this response' }),
    previous_secret_expires_on: timestamp
      .nullable()
      .meta({ description: 'When the previous secret expires; null if it is not valid any more' }),
  })
  .meta({ id: 'RotatedSecret' });

/** The client secret of an app. */
export function clientCredentialsApi(rotateSecret: RotateSecret): readonly Operation[] {
  const regenerate = defineOperation({
    id: 'regenerateClientSecret',
    method: 'PATCH',
    paths: belowClients('/:id/regenerate'),
    tag: 'Apps',
    summary: 'Rotate the client secret',
    description: 'At most two secrets are valid at a time: a further rotation ends the older one.',
    access: writeClients,
    path: clientPath,
    body: rotationSchema,
    bodyIsOptional: true,
    responses: {
      200: { description: 'The new secret, which is shown only in this response', schema: rotatedSchema },
    },
    refusals: { 400: 'The app has no secret', ...changeRefusals },
    async handle({ path, body, principal, incoming, event }) {
      const rotated = await rotateSecret(path.id, {
        overlapSeconds: body.overlap_seconds,
        modifiedBy: principal.id,
        inspect: (client) => refuseMismatch(incoming.headers, etagOfClient(visible(principal, client))),
        note: (client) =>
          event({
            type: 'client.secret_rotated',
            clientId: client.id,
            target: { type: 'client', id: client.id },
            after: { previous_secret_expires_on: expiryOf(client) },
          }),
      });
      if (rotated === 'missing') throw notFound('app');
      if (rotated === 'noSecret') {
        throw new Problem(400, 'This app has no secret: it authenticates with keys, or is a public app');
      }
      const { client, secret } = rotated;
      return json(
        200,
        { client_secret: secret, previous_secret_expires_on: expiryOf(client) },
        { etag: etagOfClient(client) },
      );
    },
  });
  return [regenerate];
}

function expiryOf({ previousSecret }: ClientRecord): string | null {
  return previousSecret === null ? null : isoTime(previousSecret.expiresAt);
}
