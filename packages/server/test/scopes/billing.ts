import { bodyOf, type Call } from '../../../../test/kit/api-calls.js';

/** A scope as an operator would define it. */
export const billing = {
  name: 'billing:read',
  group: 'billing',
  type: 'read',
  texts: {
    en: { title: 'See your invoices', description: 'All of them' },
    de: { title: 'Ihre Rechnungen sehen' },
    'pt-BR': { title: 'Ver suas faturas' },
  },
};

/** A group for it. */
export const billingGroup = { texts: { en: { title: 'Invoices' } } };

/** Defines a group with a read and a write. */
export async function defineBilling(
  call: Call,
  more: { readonly read?: object; readonly write?: object; readonly group?: object } = {},
): Promise<void> {
  await bodyOf(call('PUT', '/scope-groups/billing', { ...billingGroup, ...more.group }));
  await bodyOf(call('POST', '/scopes', { ...billing, ...more.read }), 201);
  const write = {
    ...billing,
    name: 'billing:write',
    type: 'write',
    texts: { en: { title: 'See and pay your invoices' } },
  };
  await bodyOf(call('POST', '/scopes', { ...write, ...more.write }), 201);
}
