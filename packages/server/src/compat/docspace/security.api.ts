import { z } from 'zod';
import { defineOperation, type Operation } from '../../api/operation.js';
import { Problem } from '../../api/problem.js';
import { json } from '../../endpoints/endpoint.js';
import { envelopeOf, envelopeSchema } from './envelope.js';
import type { Signatures } from './x-signature.js';

/** `/security/oauth2/token`: the x-signature, with which programs written for DocSpace authenticate. */
export function securityApi(signatures: Signatures): readonly Operation[] {
  const sign = defineOperation({
    id: 'createSignature',
    method: 'GET',
    paths: ['/api/2.0/security/oauth2/token'],
    tag: 'Signatures',
    summary: 'Create an x-signature',
    description:
      'A JWT that is valid for five minutes, for the header or cookie `x-signature`. It has the scopes of the ' +
      'credential of the request, and expires with it. Request it with a session, an API key or an access token, ' +
      'not with another x-signature.',
    access: { role: 'guest', scope: null },
    responses: {
      200: {
        description: 'The x-signature',
        schema: envelopeSchema(z.string().meta({ description: 'A JWT' })),
      },
    },
    async handle({ principal, incoming }) {
      if (principal.isDerived) {
        throw new Problem(403, 'Access denied: an x-signature cannot create another one');
      }
      const signature = await signatures.sign(principal);
      if (signature === undefined) {
        throw new Problem(
          403,
          'Access denied: an app that acts for itself cannot create an x-signature. Send its access token',
        );
      }
      return json(200, envelopeOf(signature, incoming.path));
    },
  });
  return [sign];
}
