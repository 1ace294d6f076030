import { describe, expect, it } from 'vitest';
import { createTexts } from '../../src/texts/texts.js';

const texts = createTexts();

describe('a text', () => {
  it('follows the plural rules of its language (CLDR)', () => {
    const waits = (language: 'en' | 'ru' | 'ar', minutes: number) =>
      texts.in(language)('signIn.tooManyAttempts', { minutes });
    expect(waits('en', 1)).toContain('wait a minute and');
    expect(waits('en', 2)).toContain('wait 2 minutes and');
    expect(waits('ru', 3)).toContain('3 минуты');
    expect(waits('ru', 5)).toContain('5 минут ');
    expect(waits('ar', 2)).toContain('دقيقتين');
  });

  it('may be given as a message, which endpoints hand to pages', () => {
    const message = { key: 'signIn.tooManyAttempts', values: { minutes: 7 } } as const;
    expect(texts.in('de')(message)).toBe(texts.in('de')(message.key, message.values));
  });

  it('keeps values as they are: neither markup nor ICU syntax has a meaning in them', () => {
    const app = '<b>{x}</b> #';
    expect(texts.in('en')('common.aboutApp', { app })).toBe(`About ${app}`);
  });

  it('may have elements for its arguments', () => {
    const app = { element: 'bdi' };
    expect(texts.in('en').rich('common.continueTo', { app })).toEqual(['to continue to ', app]);
  });

  it('is refused without the value of an argument', () => {
    expect(() => texts.in('en')('common.aboutApp')).toThrow('app');
  });
});
