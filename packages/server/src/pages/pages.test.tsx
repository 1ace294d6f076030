import { createHash } from 'node:crypto';
import type { JSX } from 'hono/jsx/jsx-runtime';
import { describe, expect, it } from 'vitest';
import { createTexts } from '../texts/texts.js';
import {
  ConsentPage,
  type ConsentPageProps,
  type ConsentScope,
  csrfField,
  defaultBrand,
  ErrorPage,
  HomePage,
  MessagePage,
  renderPage,
  SelectAccountPage,
  SignedOutPage,
  SignInPage,
  SignOutPage,
  signedOutScript,
  stylesheet,
} from './index.js';

const texts = createTexts().in('en');

const render = (page: JSX.Element, brand = defaultBrand.name) =>
  renderPage(page, { base: '', texts, brand: { name: brand } });

const target = { action: '/signin', hidden: { request: 'r-1' }, csrfToken: 'csrf-1' };

const consent: ConsentPageProps = {
  ...target,
  action: '/consent',
  app: { name: 'Demo App', host: 'localhost:4200' },
  user: { name: 'Ada Lovelace', email: 'ada@example.com' },
  scopes: [
    {
      name: 'files.read',
      title: 'See your files',
      description: 'Names and contents',
      kind: 'read',
      subject: 'files',
    },
  ],
  switchAccount: { action: '/signout', hidden: { back: '/oauth2/authorize' }, csrfToken: 'csrf-2' },
};

const attack = `"><img src=x onerror=alert(1)>'<script>alert(2)</script>&amp;\u202E`;
const hostile = { action: attack, hidden: { [attack]: attack }, csrfToken: attack };

/** Each page in its usual form, and with an attack in every text. */
const pages: [string, string][] = [
  ['sign-in', render(<SignInPage {...target} appName="Demo App" cancelHref="/cancel" />)],
  [
    'hostile sign-in',
    render(
      <SignInPage
        {...hostile}
        username={attack}
        appName={attack}
        appHost={attack}
        logoUri={`https://a.example/${attack}`}
        policyUri={attack}
        termsUri={`https://a.example/?${attack}`}
        error={{ key: 'signIn.wrong' }}
        cancelHref={attack}
      />,
    ),
  ],
  [
    'select-account',
    render(
      <SelectAccountPage
        {...target}
        appName="Demo App"
        appHost="localhost:4200"
        user={{ name: 'Ada Lovelace', email: 'ada@example.com' }}
        anotherHref="/signin?ticket=t"
      />,
    ),
  ],
  [
    'hostile select-account',
    render(
      <SelectAccountPage
        {...hostile}
        appName={attack}
        appHost={attack}
        user={{ name: attack, email: attack }}
        anotherHref={attack}
      />,
      attack,
    ),
  ],
  ['consent', render(<ConsentPage {...consent} />)],
  [
    'hostile consent',
    render(
      <ConsentPage
        {...hostile}
        app={{
          name: attack,
          host: attack,
          logoUri: `https://a.example/${attack}`,
          policyUri: attack,
          termsUri: `https://a.example/?${attack}`,
          isNew: true,
        }}
        user={{ name: attack, email: attack }}
        scopes={[
          {
            name: attack,
            title: attack,
            description: attack,
            kind: 'write',
            subject: attack,
            resource: attack,
          },
          { name: '__proto__', title: attack, kind: 'read', subject: '__proto__', already: true },
        ]}
        switchAccount={hostile}
        accountHref={attack}
      />,
      attack,
    ),
  ],
  ['error', render(<ErrorPage title="No" message="No." developerHint="Send `state`" />)],
  [
    'hostile error',
    render(
      <ErrorPage
        title={attack}
        message={attack}
        developerHint={`\`${attack}\``}
        errorCode={attack}
        requestId={attack}
        restartHref={attack}
      />,
      attack,
    ),
  ],
  ['sign-out', render(<SignOutPage {...target} user={{ name: 'Ada Lovelace', email: 'ada@example.com' }} />)],
  [
    'hostile sign-out',
    render(
      <SignOutPage
        {...hostile}
        user={{ name: attack, email: attack }}
        appName={attack}
        problem={{ hint: attack, errorCode: attack }}
      />,
      attack,
    ),
  ],
  ['signed-out', render(<SignedOutPage continueHref="https://a.example/" appName={attack} />)],
  [
    'hostile signed-out',
    render(<SignedOutPage continueHref={attack} appName={attack} frames={[attack]} />, attack),
  ],
  ['message', render(<MessagePage title={attack} message={attack} next={{ href: '/', label: attack }} />)],
  [
    'home',
    render(
      <HomePage
        issuer={attack}
        version={attack}
        links={[{ href: '/docs', label: attack, description: attack }]}
      />,
    ),
  ],
];

const tags = (html: string): string[] => html.match(/<[a-z!/][^>]*>/gi) ?? [];
const tagsOf = (html: string, name: string): string[] =>
  tags(html).filter((tag) => tag.startsWith(`<${name} `));
const tagWithId = (html: string, id: string): string =>
  tags(html).find((tag) => tag.includes(` id="${id}"`)) ?? '';
const text = (html: string): string => html.replace(/<[^>]*>/g, '').replace(/\s+/g, ' ');

/** A page without its form script, which holds no input. */
const withoutScript = (html: string): string => html.replace(/<script id="form-script">.*?<\/script>/s, '');

describe.each(pages)('the %s page', (_name, html) => {
  it('has no script, no inline style, no event handler and no image of another server', () => {
    expect(withoutScript(html)).not.toMatch(/<script|<style|<iframe|<object|<base/i);
    for (const tag of tags(html))
      expect(tag.replace(/"[^"]*"/g, '""')).not.toMatch(/\s(style|on\w+|srcdoc)=/i);
    for (const image of tagsOf(html, 'img')) expect(image).toMatch(/ src="https:\/\/a\.example\//);
  });

  it('escapes every quote and bracket of its input', () => {
    const attributes = '( [a-zA-Z-]+="[^"<>]*")*';
    const own = new RegExp(`^<(!doctype html|/[a-z0-9]+|[a-z0-9]+${attributes}/?)>$`);
    for (const tag of tags(html)) expect(tag).toMatch(own);
    expect(withoutScript(html).replace(/<[^>]*>/g, '')).not.toMatch(/[<>"']/);
  });

  it('links only to http and https URLs and to paths of this server', () => {
    for (const [, address = ''] of html.matchAll(/ (?:href|src)="([^"]*)"/g)) {
      expect(address).toMatch(/^(https?:\/\/|\/(?!\/))/);
    }
  });

  it('is one English document with one h1, one main and the stylesheet of this server', () => {
    expect(html).toMatch(/^<!doctype html><html lang="en" dir="ltr"><head>/);
    for (const once of ['<h1', '<main', '<header', '<title>']) expect(html.split(once)).toHaveLength(2);
    expect(html).toContain(`<link rel="stylesheet" href="${stylesheet.path}"/></head>`);
    expect(html).toContain('<meta name="color-scheme" content="light dark"/>');
  });

  it('gives every form one submit button with an id, POST and a CSRF token', () => {
    const forms = html.match(/<form .*?<\/form>/gs) ?? [];
    for (const form of forms) {
      expect(form).toMatch(/^<form method="post" /);
      const buttons = tags(form).filter(
        (tag) => /^<(button|input)/.test(tag) && tag.includes('type="submit"'),
      );
      expect(buttons).toHaveLength(1);
      expect(buttons[0]).toMatch(/ id="[a-z-]+"/);
      expect(tags(form).filter((tag) => tag.includes(` name="${csrfField}"`))).toHaveLength(1);
    }
    expect(tagsOf(html, 'button')).toHaveLength(forms.length);
  });

  it('has unique ids and refers only to ids that exist', () => {
    const ids = [...html.matchAll(/ id="([^"]*)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of html.matchAll(/ (?:for|aria-describedby|aria-labelledby)="([^"]*)"/g)) {
      expect(ids).toContain(id);
    }
  });

  it('labels every visible input', () => {
    for (const input of tagsOf(html, 'input').filter((tag) => !tag.includes('type="hidden"'))) {
      const id = / id="([^"]*)"/.exec(input)?.[1] ?? '';
      expect(html).toContain(`<label for="${id}">`);
    }
  });
});

describe('the sign-in page', () => {
  const plain = render(<SignInPage {...target} />);

  it('posts username, password, the hidden fields and the CSRF token to its action', () => {
    expect(plain).toContain('<form method="post" action="/signin"');
    expect(plain).toContain('<input type="hidden" name="request" value="r-1"/>');
    expect(plain).toContain('<input type="hidden" name="csrf_token" value="csrf-1"/>');
    expect(tagWithId(plain, 'username')).toMatch(/ name="username".* autocomplete="username"/);
    expect(tagWithId(plain, 'password')).toMatch(/ name="password".* autocomplete="current-password"/);
    expect(tagWithId(plain, 'sign-in')).toMatch(/^<button .*type="submit"/);
  });

  it('focuses the username, or the password if the username is known', () => {
    expect(tagWithId(plain, 'username')).toContain(' autofocus=""');
    expect(tagWithId(plain, 'password')).not.toContain('autofocus');
    const known = render(
      <SignInPage {...target} username="ada@example.com" error={{ key: 'signIn.wrong' }} />,
    );
    expect(tagWithId(known, 'username')).toContain(' value="ada@example.com"');
    expect(tagWithId(known, 'username')).not.toContain('autofocus');
    expect(tagWithId(known, 'password')).toContain(' autofocus=""');
  });

  it('never contains a password', () => {
    expect(tagWithId(plain, 'password')).not.toContain('value=');
  });

  it('links the error to both fields and announces it', () => {
    const failed = render(<SignInPage {...target} error={{ key: 'signIn.wrong' }} />);
    expect(failed).toMatch(
      /role="alert" id="sign-in-error">.*The username or password is wrong\. Please try again\.<\/span><\/p>/,
    );
    for (const id of ['username', 'password']) {
      expect(tagWithId(failed, id)).toContain(' aria-describedby="sign-in-error" aria-invalid="true"');
    }
    expect(plain).not.toMatch(/role="alert"|aria-describedby|aria-invalid/);
  });

  it('names the app and its host, and offers Cancel only with a target', () => {
    const asked = render(
      <SignInPage {...target} appName="Demo App" appHost="localhost:4200" cancelHref="/cancel?r=1" />,
    );
    expect(text(asked)).toContain('to continue to Demo App at localhost:4200');
    expect(tagWithId(asked, 'cancel')).toContain(' href="/cancel?r=1"');
    expect(plain).not.toContain('Cancel');
  });

  it('shows the logo, the privacy policy and the terms of the app (OpenID Connect Registration 1.0 §2)', () => {
    const asked = render(
      <SignInPage
        {...target}
        appName="Demo App"
        logoUri="https://demo.example/logo.png"
        policyUri="https://demo.example/privacy"
        termsUri="https://demo.example/terms"
      />,
    );
    expect(asked).toMatch(/<img src="https:\/\/demo\.example\/logo\.png"[^>]* referrerpolicy="no-referrer"/);
    expect(asked).toContain('<a href="https://demo.example/privacy" rel="noreferrer">');
    expect(asked).toContain('<a href="https://demo.example/terms" rel="noreferrer">');
    expect(plain).not.toMatch(/<img|inline-links/);
  });
});

describe('the links of the sign-in page', () => {
  it('lead to other ways to sign in and to other pages, each with its id', () => {
    const link = (id: string) => ({
      id,
      label: { key: 'common.aboutApp', values: { app: id } } as const,
      href: `/${id}?ticket=t-1`,
    });
    const linked = render(
      <SignInPage {...target} otherWays={[link('with-provider')]} links={[link('sign-up')]} />,
    );
    expect(tagWithId(linked, 'with-provider')).toContain(' href="/with-provider?ticket=t-1"');
    expect(tagWithId(linked, 'sign-up')).toContain(' href="/sign-up?ticket=t-1"');
    expect(text(linked)).toContain('About with-provider');
    expect(render(<SignInPage {...target} />)).not.toContain('other-ways');
  });
});

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

describe('the sign-out page', () => {
  const user = { name: 'Ada Lovelace', email: 'ada@example.com' };
  const plain = render(<SignOutPage {...target} user={user} appName="Demo App" />, 'Acme');

  it('names the user, the service and the app that sent the request', () => {
    for (const said of ['Ada Lovelace', 'ada@example.com', 'Demo App sent this request.', 'Acme']) {
      expect(text(plain)).toContain(said);
    }
    expect(text(render(<SignOutPage {...target} user={user} />))).not.toContain('sent this request');
  });

  it('has the buttons sign-out and stay, each in a form of its own, and focuses neither', () => {
    expect(tagWithId(plain, 'sign-out')).toContain(' name="decision" value="sign-out"');
    expect(tagWithId(plain, 'stay')).toContain(' name="decision" value="stay"');
    expect(tagsOf(plain, 'form')).toHaveLength(2);
    expect(plain).not.toContain('autofocus');
  });
});

describe('the signed-out page', () => {
  const frames = ['https://a.example/out?x=1', 'javascript:alert(1)', '/oauth2/authorize'];

  it('loads only web addresses in its hidden and sandboxed frames', () => {
    const html = render(<SignedOutPage frames={frames} />);
    const [frame = '', ...others] = tagsOf(html, 'iframe');
    expect(others).toEqual([]);
    for (const attribute of [
      'src="https://a.example/out?x=1"',
      'sandbox="allow-scripts allow-same-origin"',
      'referrerpolicy="no-referrer"',
      'aria-hidden="true"',
      'tabindex="-1"',
    ]) {
      expect(frame).toContain(` ${attribute}`);
    }
  });

  it('has its script only with frames to load and a link to follow', () => {
    const next = 'https://a.example/bye';
    const script = /<script>(.*?)<\/script>/s;
    expect(render(<SignedOutPage frames={frames} />)).not.toMatch(script);
    expect(render(<SignedOutPage continueHref={next} />)).not.toMatch(script);
    const [, code = ''] = script.exec(render(<SignedOutPage frames={frames} continueHref={next} />)) ?? [];
    expect(signedOutScript).toBe(`'sha256-${createHash('sha256').update(code).digest('base64')}'`);
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', '/oauth2/logout', '//evil.example/'])(
    'has no link if the address is %s',
    (href) => {
      expect(render(<SignedOutPage continueHref={href} />)).not.toContain('<a ');
    },
  );

  it('has a link to an app on the device too', () => {
    const html = render(<SignedOutPage continueHref="com.example.app:/bye?state=s" />);
    expect(tagWithId(html, 'continue')).toContain(' href="com.example.app:/bye?state=s"');
  });
});

describe('the error page', () => {
  it('shows names in backticks as code, and an unpaired backtick unchanged', () => {
    const html = render(<ErrorPage title="t" message="m" developerHint="Add `redirect_uri` to `client`." />);
    expect(html).toContain('Add <code>redirect_uri</code> to <code>client</code>.');
    const odd = render(<ErrorPage title="t" message="m" developerHint="Not ` code `here` yet" />);
    expect(odd).toContain('Not ` code `here` yet');
  });

  it('shows the error code and the request ID, and links to a new start', () => {
    const html = render(
      <ErrorPage title="t" message="m" errorCode="invalid_request" requestId="r-42" restartHref="/again" />,
    );
    expect(html).toContain('<code>invalid_request</code>');
    expect(html).toContain('<code>r-42</code>');
    expect(html).toContain('href="/again"');
    expect(render(<ErrorPage title="t" message="m" />)).not.toMatch(/<dl|<section|Start again/);
  });
});

it('refuses to render an asynchronous page', async () => {
  const later = Promise.resolve(<SignedOutPage />);
  expect(() => render(later)).toThrow(TypeError);
  await later;
});
