import { describe, expect, it } from 'vitest';
import { chooseLanguage } from '../../src/texts/choose-language.js';

const german = { claims: { locale: 'de' } };

describe('the language of a page', () => {
  it('is the first supported of ui_locales, whatever else is known (OpenID Connect Core 1.0 §3.1.2.1)', () => {
    expect(chooseLanguage({ uiLocales: 'tlh fr-CA en', account: german }, 'ja')).toBe('fr');
  });

  it('is that of the user where no ui_locales are supported (OpenID Connect Core 1.0 §5.1)', () => {
    expect(chooseLanguage({ uiLocales: 'tlh', account: german }, 'ja')).toBe('de');
    expect(chooseLanguage({ account: { claims: { locale: 'pt_BR' } } }, 'ja')).toBe('pt');
  });

  it('is what the browser prefers where nothing else is known (RFC 9110 §12.5.4)', () => {
    expect(chooseLanguage({}, 'en;q=0.5, ar-EG;q=0.9, xx')).toBe('ar');
    expect(chooseLanguage({ account: { claims: { locale: 7 } } }, 'es-419')).toBe('es');
    expect(chooseLanguage({}, 'de;q=0, *')).toBe('en');
    expect(chooseLanguage({}, null)).toBe('en');
  });

  it('follows the script and not the region (RFC 5646 §4.1)', () => {
    expect(chooseLanguage({ uiLocales: 'zh-CN' }, null)).toBe('zh-Hans');
    expect(chooseLanguage({ uiLocales: 'zh' }, null)).toBe('zh-Hans');
    expect(chooseLanguage({ uiLocales: 'zh-TW ja' }, null)).toBe('ja');
    expect(chooseLanguage({ uiLocales: 'zh-Hant' }, 'zh-SG')).toBe('zh-Hans');
  });

  it.each(['', ' ', '-', 'de\u0000', '../../de', '<script>', 'x'.repeat(100_000), 'x-de', '__proto__'])(
    'ignores a language that is none: %s',
    (tag) => {
      expect(chooseLanguage({ uiLocales: tag, account: { claims: { locale: tag } } }, tag)).toBe('en');
    },
  );

  it('reads no more than the beginning of a long list', () => {
    const long = `${'xx '.repeat(16)}de`;
    expect(chooseLanguage({ uiLocales: long }, long.replaceAll(' ', ','))).toBe('en');
  });
});
