import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SignedOutPage, SignOutPage, signedOutScript } from '../../src/pages/index.js';
import { render, tagsOf, tagWithId, target, text } from './rendered.js';

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
