import { createGuard } from '@grantor/guard';

const guard = createGuard({ issuer: 'https://as.example', audience: 'https://api.example' });

export default {
  fetch: guard.protect((_, token) => Response.json({ owner: token.subject }), { scope: 'files:read' }),
};
