import { describe, expect, it } from 'vitest';
import { errorCodes, OAuthError } from './index.js';

describe('an OAuthError', () => {
  it('sends its code and description, and nothing of what is for the log', () => {
    const error = new OAuthError('invalid_grant', 'words', { internal: 'for us', cause: new Error('inner') });
    expect(JSON.stringify(error.toBody())).toBe('{"error":"invalid_grant","error_description":"words"}');
    expect(error.internal).toBe('for us');
  });

  it('has the status of its code, unless it says otherwise', () => {
    expect(new OAuthError('invalid_client', '').status).toBe(401);
    expect(new OAuthError('invalid_request', '', { status: 413 }).status).toBe(413);
  });

  it.each(Object.entries(errorCodes))(
    '%s is a code of characters that may be sent (RFC 6749 §5.2)',
    (code, { status }) => {
      expect(code).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
      expect(status).toBeGreaterThanOrEqual(400);
    },
  );
});
