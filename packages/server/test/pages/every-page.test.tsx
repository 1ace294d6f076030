import { describe, expect, it } from 'vitest';
import {
  ConsentPage,
  csrfField,
  ErrorPage,
  HomePage,
  MessagePage,
  SelectAccountPage,
  SignedOutPage,
  SignInPage,
  SignOutPage,
  stylesheet,
} from '../../src/pages/index.js';
import { consent, render, tagsOf, target, words } from './rendered.js';

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
  ['error', render(<ErrorPage {...words} developerHint="Send `state`" />)],
  [
    'hostile error',
    render(
      <ErrorPage
        title="errors.invalidApp"
        message={{ key: 'errors.invalidRequestOf', values: { app: attack } }}
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
  ['message', render(<MessagePage {...words} next={{ href: '/', label: 'common.continue' }} />)],
  [
    'home',
    render(
      <HomePage
        issuer={attack}
        version={attack}
        links={[{ href: '/docs', label: 'home.health', description: 'home.healthDescription' }]}
      />,
    ),
  ],
];

/** A page without its form script, which holds no input. */
const withoutScript = (html: string): string => html.replace(/<script id="form-script">.*?<\/script>/s, '');

describe.each(pages)('the %s page', (_name, html) => {
  it('has no script, no inline style, no event handler and no image of another server', () => {
    expect(withoutScript(html)).not.toMatch(/<script|<style|<iframe|<object|<base/i);
    for (const tag of tagsOf(html))
      expect(tag.replace(/"[^"]*"/g, '""')).not.toMatch(/\s(style|on\w+|srcdoc)=/i);
    for (const image of tagsOf(html, 'img')) expect(image).toMatch(/ src="https:\/\/a\.example\//);
  });

  it('escapes every quote and bracket of its input', () => {
    const attributes = '( [a-zA-Z-]+="[^"<>]*")*';
    const own = new RegExp(`^<(!doctype html|/[a-z0-9]+|[a-z0-9]+${attributes}/?)>$`);
    for (const tag of tagsOf(html)) expect(tag).toMatch(own);
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
      expect(form).toMatch(/^<form (id="[a-z-]+" )?method="post" /);
      const buttons = tagsOf(form).filter(
        (tag) => /^<(button|input)/.test(tag) && tag.includes('type="submit"'),
      );
      expect(buttons).toHaveLength(1);
      expect(buttons[0]).toMatch(/ id="[a-z-]+"/);
      expect(tagsOf(form).filter((tag) => tag.includes(` name="${csrfField}"`))).toHaveLength(1);
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

it('refuses to render an asynchronous page', async () => {
  const later = Promise.resolve(<SignedOutPage />);
  expect(() => render(later)).toThrow(TypeError);
  await later;
});
