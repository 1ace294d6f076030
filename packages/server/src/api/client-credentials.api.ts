import { z } from 'zod';
import type { RotateSecret } from '../clients/rotate-secret.js';
import { json } from '../endpoints/endpoint.js';
import type { ClientRecord } from '../storage/ports/index.js';
import { belowClients, changedMeanwhile, clientPath, visible, writeClients } from './client-operations.js';
import { etagOfClient } from './client-representation.js';
import { refuseOther } from './etag.js';
import { defineOperation, notFound, type Operation } from './operation.js';
import { isoTime, timestamp } from './page.js';
import { Problem } from './problem.js';

/** Long enough for the slowest deployment; a secret that is good for longer is not on its way out. */
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
          'How long the secret of now stays good beside the new one. Without it the secret ends at once, and with it all access that was given to the app: what one does when a secret has leaked',
      }),
  })
  .meta({ id: 'SecretRotation' });

const rotatedSchema = z
  .strictObject({
    client_secret: z.string().meta({ description: 'The new secret, shown this once' }),
    previous_secret_expires_on: timestamp
      .nullable()
      .meta({ description: 'Until when the secret before is good too; null where it has ended' }),
  })
  .meta({ id: 'RotatedSecret' });

/** What an app proves itself with. */
export function clientCredentialsApi(rotateSecret: RotateSecret): readonly Operation[] {
  const regenerate = defineOperation({
    id: 'regenerateClientSecret',
    method: 'PATCH',
    paths: belowClients('/:id/regenerate'),
    tag: 'Apps',
    summary: 'Give an app another secret',
    description:
      'Of secrets that overlap there are never more than two: another rotation ends the older one of them.',
    access: writeClients,
    path: clientPath,
    body: rotationSchema,
    bodyIsOptional: true,
    responses: { 200: { description: 'The new secret, this once', schema: rotatedSchema } },
    refusals: { 400: 'The app has no secret', ...changedMeanwhile },
    async handle({ path, body, principal, incoming, event }) {
      const rotated = await rotateSecret(path.id, {
        overlapSeconds: body.overlap_seconds,
        modifiedBy: principal.id,
        inspect: (client) => refuseOther(incoming.headers, etagOfClient(visible(principal, client))),
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
        throw new Problem(400, 'This app has no secret: it uses keys of its own, or is a public one');
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
