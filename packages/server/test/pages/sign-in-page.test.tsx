import { describe, expect, it } from 'vitest';
import { SignInPage } from '../../src/pages/index.js';
import { render, tagWithId, target, text } from './rendered.js';

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
