import { describe, expect, it } from 'vitest';
import { detectFormat, type ImportFormat, importFormats } from '../../src/accounts/import/formats.js';
import type { ImportRecord } from '../../src/accounts/import/import-record.js';

/** Reads a text that arrives in parts of this size. */
async function read(format: ImportFormat, text: string, size = 7): Promise<readonly ImportRecord[]> {
  async function* parts() {
    for (let start = 0; start < text.length; start += size) yield text.slice(start, start + size);
  }
  const records: ImportRecord[] = [];
  for await (const record of importFormats[format](parts())) records.push(record);
  return records;
}

describe('a CSV file of users', () => {
  it('has quoted cells with commas, quotes and line breaks (RFC 4180 §2)', async () => {
    const text =
      'username,name,claims.locale,disabled\r\nada,"Ada ""Countess"", King",en,true\n\n"b\nc",,,false\nlast,x,,';
    expect(await read('csv', text)).toEqual([
      {
        line: 2,
        fields: { username: 'ada', name: 'Ada "Countess", King', disabled: true, claims: { locale: 'en' } },
      },
      { line: 4, fields: { username: 'b\nc', disabled: false } },
      { line: 6, fields: { username: 'last', name: 'x' } },
    ]);
  });

  it('refuses a row with another number of cells, and reads on', async () => {
    expect(await read('csv', 'username,name\na\nb,B\n')).toEqual([
      { line: 2, refusal: { field: null, reason: 'must have 2 columns, as line 1 has' } },
      { line: 3, fields: { username: 'b', name: 'B' } },
    ]);
  });

  it.each([
    ['login,email\na,b\n', 'Line 1 must have the names of columns'],
    ['email,email\na,b\n', 'Line 1 has the same column twice.'],
    ['email,name\na@example.com,"Ada\n', 'Line 2 begins a row whose quotes do not end.'],
    ['email,name\na@example.com,A"da\n', 'Line 2 has a quote inside of a cell.'],
    ['email,name\na@example.com,"A"da\n', 'Line 2 has a quote inside of a cell.'],
    [`email\n"${'a'.repeat(300_000)}`, 'Line 2 begins a row of more than 262144 characters.'],
  ])('ends with the line of what cannot be read: %#', async (text, message) => {
    await expect(read('csv', text, 65_536)).rejects.toThrow(message);
  });
});

describe('a file of JSON lines', () => {
  it('has one object a line, and reads on after a line that is none', async () => {
    expect(await read('jsonl', '{"username":"a"}\n\nno\n[]\n"x"\n{"username":"b"}')).toEqual([
      { line: 1, fields: { username: 'a' } },
      ...[3, 4, 5].map((line) => ({
        line,
        refusal: { field: null, reason: 'must be one JSON object in one line' },
      })),
      { line: 6, fields: { username: 'b' } },
    ]);
  });

  it('never holds a line that is too long', async () => {
    const text = `{"username":"${'a'.repeat(600_000)}"}\n{"username":"b"}\n`;
    expect(await read('jsonl', text, 65_536)).toEqual([
      { line: 1, refusal: { field: null, reason: 'must have at most 262144 characters' } },
      { line: 2, fields: { username: 'b' } },
    ]);
  });
});

describe('a realm of Keycloak', () => {
  it('has its users in one list, wherever it is and whatever looks like it', async () => {
    const realm = {
      realm: 'users": [ {"username": "no"}',
      clients: [{ users: [{ username: 'no' }] }],
      groups: ['users', '['],
      users: [
        { username: 'a', firstName: '}{][ \\" "', attributes: { locale: ['de'], x: [{}] } },
        { username: 'b' },
      ],
      roles: { users: [{ username: 'no' }] },
    };
    for (const size of [1, 5, 1000]) {
      expect(await read('keycloak', JSON.stringify(realm, null, 1), size)).toMatchObject([
        { fields: { username: 'a', given_name: '}{][ \\" "', claims: { locale: 'de' } } },
        { fields: { username: 'b' } },
      ]);
    }
  });

  it('has users with the lines on which they begin, and refuses one that is too long', async () => {
    const text = `{"users":[\n{"username":"a"},\n\n{"username":"${'b'.repeat(600_000)}"},{"username":"c"}]}`;
    expect(await read('keycloak', text, 65_536)).toEqual([
      { line: 2, fields: { username: 'a' } },
      { line: 4, refusal: { field: null, reason: 'must have at most 262144 characters' } },
      { line: 4, fields: { username: 'c' } },
    ]);
  });

  it('has passwords by PBKDF2 and argon2 only', async () => {
    const credential = (algorithm: string) => ({
      type: 'password',
      credentialData: JSON.stringify({ algorithm, hashIterations: 5 }),
      secretData: JSON.stringify({ salt: 'c2FsdA==', value: 'aGFzaA==' }),
    });
    const users = ['pbkdf2', 'pbkdf2-sha512', 'md5', 'pbkdf2-../x'].map((algorithm) => ({
      username: algorithm,
      credentials: [{ type: 'otp' }, credential(algorithm)],
    }));
    const broken = { username: 'broken', credentials: [{ type: 'password', credentialData: 'x' }] };
    const refused = {
      refusal: { field: 'credentials', reason: expect.stringMatching(/^must have a password by/) },
    };
    expect(await read('keycloak', JSON.stringify({ users: [...users, broken] }))).toMatchObject([
      { fields: { password_hash: '$pbkdf2-sha1$i=5$c2FsdA$aGFzaA' } },
      { fields: { password_hash: '$pbkdf2-sha512$i=5$c2FsdA$aGFzaA' } },
      refused,
      refused,
      refused,
    ]);
  });

  it('that is cut off ends with its last line', async () => {
    await expect(read('keycloak', '{\n "users": [\n {"username": "a"}')).rejects.toThrow(
      'line 3 is the last',
    );
  });
});

describe('the format of a file', () => {
  it.each([
    ['username,email\n', 'csv'],
    ['{"username":"a"}\n', 'jsonl'],
    ['{"user_id":"auth0|1","email":"a@example.com"}\n', 'auth0'],
    ['{"_id":{"$oid":"1"},"email":"a@example.com","passwordHash":"$2b$10$"}\n', 'auth0'],
    ['{\n  "realm": "example",\n', 'keycloak'],
    ['{"realm":"example","users":[]}', 'keycloak'],
    ['[{"username":"a"}]', undefined],
  ])('is detected: %j', (begin, format) => {
    expect(detectFormat(begin)).toBe(format);
  });
});
