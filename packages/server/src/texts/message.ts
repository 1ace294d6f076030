import { IntlMessageFormat } from 'intl-messageformat';
import type { Language } from './languages.js';

/** Texts name times in UTC, since a server does not know the time zone of a user. */
const formats = {
  date: {
    /** `{at, date, day}`: 21 November 2026 */
    day: { year: 'numeric', month: 'long', day: 'numeric', timeZone: 'UTC' },
    /** `{at, date, moment}`: 21 November 2026 at 23:40 UTC */
    moment: {
      year: 'numeric',
      month: 'long',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      timeZone: 'UTC',
      timeZoneName: 'short',
    },
  },
} as const;

/**
 * Compiles an ICU message.
 *
 * @throws SyntaxError if it is malformed
 */
export function compileMessage(text: string, language: Language): IntlMessageFormat {
  return new IntlMessageFormat(text, language, formats);
}
