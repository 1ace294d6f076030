import type { JSX } from 'hono/jsx/jsx-runtime';
import { type ConsentPageProps, defaultBrand, renderPage } from '../../src/pages/index.js';
import type { Language } from '../../src/texts/languages.js';
import { createTexts } from '../../src/texts/texts.js';

const texts = createTexts();

/** The HTML of a page, in English and with Grantor's brand unless the test names others. */
export function render(page: JSX.Element, brand = defaultBrand.name, language: Language = 'en'): string {
  return renderPage(page, { base: '', texts: texts.in(language), brand: { ...defaultBrand, name: brand } });
}

export const target = { action: '/signin', hidden: { request: 'r-1' }, csrfToken: 'csrf-1' };

/** The title and the message of a page. */
export const words = { title: 'errors.failed', message: 'errors.failedMessage' } as const;

export const consent: ConsentPageProps = {
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

const tags = (html: string): string[] => html.match(/<[a-z!/][^>]*>/gi) ?? [];

/** All tags of a page, or those with this name. */
export const tagsOf = (html: string, name?: string): string[] =>
  name === undefined ? tags(html) : tags(html).filter((tag) => tag.startsWith(`<${name} `));

export const tagWithId = (html: string, id: string): string =>
  tags(html).find((tag) => tag.includes(` id="${id}"`)) ?? '';

/** What a user reads on a page. */
export const text = (html: string): string => html.replace(/<[^>]*>/g, '').replace(/\s+/g, ' ');
