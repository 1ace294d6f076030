import { describe, expect, it } from 'vitest';
import { dataUriOf, readLogo } from '../../src/logos/logo.js';

const uri = (type: string, bytes: Uint8Array | string) =>
  `data:image/${type};base64,${Buffer.from(bytes).toString('base64')}`;
const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 1, 2]);
const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 1]);

describe('the logo of an app', () => {
  it.each([
    ['png', png],
    ['jpeg', jpeg],
  ])('accepts a %s unchanged', (type, bytes) => {
    const logo = readLogo(uri(type, bytes));
    expect(logo).toEqual({ mediaType: `image/${type}`, bytes });
    expect('bytes' in logo && dataUriOf(logo)).toBe(uri(type, bytes));
  });

  it('treats jpg as jpeg', () => {
    expect(readLogo(uri('jpg', jpeg))).toMatchObject({ mediaType: 'image/jpeg' });
  });

  it('rebuilds an SVG', () => {
    const logo = readLogo(
      uri('svg+xml', '<svg xmlns="http://www.w3.org/2000/svg" onload="x()"><script/></svg>'),
    );
    expect('bytes' in logo && logo.bytes.toString()).toBe('<svg xmlns="http://www.w3.org/2000/svg"></svg>');
  });

  it.each([
    ['an address', 'https://evil.example/logo.png'],
    ['another kind of file', uri('gif', 'GIF89a')],
    ['a page', 'data:text/html;base64,PGgxPg=='],
    ['a PNG that is none', uri('png', '<svg/>')],
    ['a JPEG that is a PNG', uri('jpeg', png)],
    ['an SVG that is a PNG', uri('svg+xml', png)],
    ['a URI that is not base64', 'data:image/svg+xml;utf8,<svg/>'],
    ['a parameter more', 'data:image/png;charset=utf-8;base64,iVBORw0KGgo='],
    ['no bytes', 'data:image/png;base64,'],
    ['more bytes than a logo has', uri('png', Buffer.concat([png, Buffer.alloc(256_000)]))],
    ['more characters than are looked at', `data:image/png;base64,${'A'.repeat(2_000_001)}`],
  ])('refuses %s', (_, text) => {
    expect(readLogo(text)).toEqual({ problem: expect.any(String) });
  });
});
