import { describe, expect, it } from 'vitest';
import { ErrorPage } from '../../src/pages/index.js';
import { render, words } from './rendered.js';

describe('the error page', () => {
  it('shows names in backticks as code, and an unpaired backtick unchanged', () => {
    const html = render(<ErrorPage {...words} developerHint="Add `redirect_uri` to `client`." />);
    expect(html).toContain('Add <code>redirect_uri</code> to <code>client</code>.');
    const odd = render(<ErrorPage {...words} developerHint="Not ` code `here` yet" />);
    expect(odd).toContain('Not ` code `here` yet');
  });

  it('shows the error code and the request ID, and links to a new start', () => {
    const html = render(
      <ErrorPage {...words} errorCode="invalid_request" requestId="r-42" restartHref="/again" />,
    );
    expect(html).toContain('<code>invalid_request</code>');
    expect(html).toContain('<code>r-42</code>');
    expect(html).toContain('href="/again"');
    expect(render(<ErrorPage {...words} />)).not.toMatch(/<dl|<section|Start again/);
  });
});
