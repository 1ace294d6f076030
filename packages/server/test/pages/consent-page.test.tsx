import { describe, expect, it } from 'vitest';
import { ConsentPage, type ConsentScope } from '../../src/pages/index.js';
import { consent, render, tagsOf, tagWithId, text } from './rendered.js';

describe('the consent page', () => {
  const plain = render(<ConsentPage {...consent} />);

  it('names the app, the user, the scopes and the host that gets the response', () => {
    expect(plain).toMatch(/<h1><bdi [^>]*>Demo App<\/bdi> wants to access your account<\/h1>/);
    expect(text(plain)).toContain('You will be taken back to localhost:4200.');
    const withoutHost = render(<ConsentPage {...consent} app={{ name: 'Demo App' }} />);
    expect(text(withoutHost)).not.toContain('taken back');
    for (const said of ['Ada Lovelace', 'ada@example.com', 'See your files', 'Names and contents']) {
      expect(text(plain)).toContain(said);
    }
  });

  it('has the buttons allow, deny and switch-account, each in a form of its own', () => {
    expect(tagWithId(plain, 'allow')).toContain(' name="decision" value="allow"');
    expect(tagWithId(plain, 'deny')).toContain(' name="decision" value="deny"');
    expect(tagsOf(plain, 'form').filter((form) => form.includes('action="/consent"'))).toHaveLength(2);
    const switching = (plain.match(/<form .*?<\/form>/gs) ?? []).find((form) =>
      form.includes('switch-account'),
    );
    expect(switching).toContain('action="/signout"');
    expect(switching).toContain('name="back" value="/oauth2/authorize"');
    expect(switching).toContain('value="csrf-2"');
  });

  it('focuses neither button, so that an accidental Enter decides nothing', () => {
    expect(plain).not.toContain('autofocus');
  });

  it('mentions revocation only if there is a page for it', () => {
    expect(plain).not.toContain('revoke this access');
    const revocable = render(<ConsentPage {...consent} accountHref="/account" />);
    expect(text(revocable)).toContain('You can revoke this access at any time in your account.');
    const unsafe = render(<ConsentPage {...consent} accountHref="javascript:alert(1)" />);
    expect(unsafe).not.toContain('revoke this access');
  });

  it('has a different icon for each kind of scope, and a pencil for write scopes', () => {
    const iconsOf = (kind: ConsentScope['kind'], subject: string) => {
      const scopes = [{ name: 'a', title: 'A', kind, subject }];
      const [list = ''] =
        /<ul class="scopes"[\s\S]*?<\/ul>/.exec(render(<ConsentPage {...consent} scopes={scopes} />)) ?? [];
      return [...list.matchAll(/<path d="([^"]+)"/g)].map(([, shape]) => shape);
    };
    const single = [
      iconsOf('identity', 'openid'),
      iconsOf('identity', 'email'),
      iconsOf('read', 'files'),
      iconsOf('read', 'invoices'),
      iconsOf('write', 'invoices'),
      iconsOf('connect', ''),
    ];
    expect(single.map((icons) => icons.length)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(new Set(single.flat()).size).toBe(single.length);
    expect(iconsOf('write', 'files')).toEqual([...iconsOf('read', 'files'), ...iconsOf('write', 'invoices')]);
    expect(iconsOf('read', '__proto__')).toEqual(iconsOf('read', 'invoices'));
  });

  it('shows new scopes first and already allowed scopes after them', () => {
    const scopes = [
      { name: 'email', title: 'See your email address', kind: 'identity', subject: 'email', already: true },
      { name: 'files.read', title: 'See your files', kind: 'read', subject: 'files' },
    ] as const;
    const said = text(render(<ConsentPage {...consent} scopes={scopes} />));
    expect(said).toMatch(
      /It also asks to ?See your files ?You already allowed it to ?See your email address/,
    );
  });

  it.each(['javascript:alert(1)', 'data:image/svg+xml,<svg/>', '/oauth2/logout', '//evil.example/x.png'])(
    'shows a letter instead of the logo %s, and no link to such a policy',
    (uri) => {
      const html = render(
        <ConsentPage {...consent} app={{ ...consent.app, logoUri: uri, policyUri: uri, termsUri: uri }} />,
      );
      expect(html).not.toContain('<img');
      expect(html).not.toMatch(/Privacy policy|Terms of service/);
      expect(html).toContain('<span class="tile" aria-hidden="true">D</span>');
    },
  );

  it('loads a logo without a Referer', () => {
    const app = { ...consent.app, logoUri: 'https://a.example/logo.png' };
    const [logo] = tagsOf(render(<ConsentPage {...consent} app={app} />), 'img');
    expect(logo).toContain(' src="https://a.example/logo.png" alt=""');
    expect(logo).toContain(' referrerpolicy="no-referrer"');
  });

  it('removes characters of a name that reorder text', () => {
    const app = { ...consent.app, name: '\u202Eelgoog' };
    const html = render(<ConsentPage {...consent} app={app} />);
    expect(html).not.toContain('\u202E');
    expect(html).toMatch(/<bdi [^>]*>elgoog<\/bdi>/);
    const nameless = render(<ConsentPage {...consent} app={{ ...consent.app, name: '\u202E ' }} />);
    expect(text(nameless)).toContain('An app without a name wants to access your account');
  });

  it('warns about a recently registered app only', () => {
    expect(plain).not.toContain('registered recently');
    const html = render(<ConsentPage {...consent} app={{ ...consent.app, isNew: true }} />);
    expect(html).toContain('registered recently');
  });
});
