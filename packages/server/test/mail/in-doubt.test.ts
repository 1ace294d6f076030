import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf } from '../../../../test/kit/api-calls.js';
import { addCaller } from '../../../../test/kit/callers.js';
import { runGrantor } from '../../../../test/kit/grantor-process.js';
import { type MailingServer, startMailing } from '../sign-up/support.js';

interface MailPage {
  readonly data: readonly { readonly id: string; readonly to: string; readonly state: string }[];
}

describe('a mail whose process was killed while it sent the mail', () => {
  let server: MailingServer;
  beforeAll(async () => {
    server = await startMailing({ settings: { signUp: 'invite' } });
  });
  afterAll(() => server.stop());

  const list = (query = '?state=in_doubt') =>
    bodyOf<MailPage>(server.grantor.api('GET', `/mails${query}`), 200);

  /** Sends an invitation to an address, as far as its hand-over to the mail server. */
  async function mailInDoubt(to: string): Promise<string> {
    const { mails } = server.grantor.server.store;
    server.smtp.hook = (at) => (at === 'recipient' ? '451 Try again later' : undefined);
    await bodyOf(server.grantor.api('POST', '/invitations', { email: to }), 201);
    const soon = Math.floor(Date.now() / 1000) + 3600;
    for (const mail of await mails.claim(soon, soon + 3600, 100)) await mails.handOver(mail, soon);
    await mails.markInDoubt(soon + 1, 100);
    server.smtp.hook = () => undefined;
    const { data } = await list();
    return data.find((mail) => mail.to === to)?.id ?? '';
  }

  it('is listed with its address, and without its link', async () => {
    const id = await mailInDoubt('kay@example.com');
    const page = await list();
    expect(page.data).toEqual([
      {
        id,
        template: 'invitation',
        to: 'kay@example.com',
        state: 'in_doubt',
        attempts: expect.any(Number) as number,
        created_on: expect.any(String) as string,
        expires_on: expect.any(String) as string,
      },
    ]);
    expect((await list('?state=waiting')).data).toEqual([]);
    await bodyOf(server.grantor.api('DELETE', `/mails/${id}`), 200);
    expect((await list('')).data).toEqual([]);
  });

  it('is sent again when an administrator decides so, once', async () => {
    const id = await mailInDoubt('grace@example.com');
    await bodyOf(server.grantor.api('POST', `/mails/${id}/send`), 200);
    expect((await server.smtp.take('grace@example.com')).subject).toBe('You are invited to Grantor');
    await bodyOf(server.grantor.api('POST', `/mails/${id}/send`), 404);
    await bodyOf(server.grantor.api('DELETE', `/mails/${id}`), 404);
  });

  it('is shown to administrators only', async () => {
    const id = await mailInDoubt('noor@example.com');
    const user = await addCaller(server.grantor);
    const reader = await addCaller(server.grantor, { isAdmin: true, scopes: ['grantor.accounts:read'] });
    expect((await user.call('GET', '/mails')).status).toBe(403);
    expect((await reader.call('GET', '/mails')).status).toBe(200);
    expect((await reader.call('POST', `/mails/${id}/send`)).status).toBe(403);
    expect((await reader.call('DELETE', `/mails/${id}`)).status).toBe(403);
    await bodyOf(server.grantor.api('GET', '/mails?state=lost'), 400);
  });

  it('is listed and sent again on the command line', async () => {
    const id = await mailInDoubt('mary@example.com');
    const run = (...args: string[]) =>
      runGrantor(['mails', ...args], {
        GRANTOR_ISSUER: server.grantor.issuer,
        GRANTOR_API_KEY: server.grantor.apiKey,
      });
    const listed = await run('list', '--state', 'in_doubt');
    expect(listed.stdout).toMatch(/^TO +MAIL +STATE +SINCE +EXPIRES +ID\n/);
    expect(listed.stdout).toContain(id);
    expect(await run('send-again', '--', id)).toMatchObject({ code: 0, stdout: 'waits to be sent\n' });
    expect((await server.smtp.take('mary@example.com')).to).toBe('mary@example.com');
  });
});
