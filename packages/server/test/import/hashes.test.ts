import { describe, expect, it } from 'vitest';
import {
  importedHashOf,
  readHash,
  standInFor,
  verifyImported,
} from '../../src/accounts/imported-hashes/imported-hash.js';
import { createPasswords, hashPassword, needsRehash } from '../../src/accounts/passwords.js';
import { systemRandom } from '../../src/crypto/random.js';
import { createMemoryTables } from '../../src/memory/tables.js';
import { createFairQueue } from '../../src/throttling/fair-queue.js';

const PASSWORD = 'analytical-engine';

/** Hashes of the password, made by other programs, with cheap costs. */
const hashes: readonly (readonly [string, string, string])[] = [
  [
    'argon2id',
    'argon2,id,8192,2,1',
    '$argon2id$v=19$m=8192,t=2,p=1$mSP7NmeotxGqp2UXKVTisg$rRxOOp5aFJdXka/nglEccnrRtk7pdTw1QidgEZPeV00',
  ],
  [
    'argon2id with padding, base64url and leading zeros',
    'argon2,id,8192,2,1',
    '$argon2id$v=19$m=0008192,t=02,p=1$mSP7NmeotxGqp2UXKVTisg==$rRxOOp5aFJdXka_nglEccnrRtk7pdTw1QidgEZPeV00=',
  ],
  [
    'argon2i',
    'argon2,i,4096,3,1',
    '$argon2i$v=19$m=4096,t=3,p=1$FO9MBaoehWlD7W0NQIRhhg$VV6CXVx/ZgJlnVWifB1xsFeyggoJ7JCJgeGpWb83bZ0',
  ],
  [
    'argon2d',
    'argon2,d,4096,3,1',
    '$argon2d$v=19$m=4096,t=3,p=1$JdfWIrCCBpKu52pMdBhWsg$O7twlQhEqguJXl7nSxN8Zxz917S3V+TmRBk1spKlD/o',
  ],
  ['bcrypt', 'bcrypt,6', '$2b$06$BlmK2jljpWWHnda/P2nzLuhuJLp3AMOFO9Ck2kQ8hjTuTgp5Lfa1a'],
  ['bcrypt of PHP', 'bcrypt,6', '$2y$06$BlmK2jljpWWHnda/P2nzLuhuJLp3AMOFO9Ck2kQ8hjTuTgp5Lfa1a'],
  [
    'scrypt',
    'scrypt,10,8,1,32',
    '$scrypt$ln=10,r=8,p=1$GuvflYA5Dw/l4CeEkMPBNw$GgWQpl9V5uM2ffHV5SVbmI0u2dRFBYeZMcNktRd9+IY',
  ],
  [
    'PBKDF2 as a PHC string',
    'pbkdf2,sha512,1000,64',
    '$pbkdf2-sha512$i=1000,l=64$GuvflYA5Dw/l4CeEkMPBNw$WSfraLNCzZ7vtqWtS21ALgWcBkzMe/Zq3Oo5D/MFhaTaISq8QLob7qABrqUmyYcokr+41vrOIvtX2+g/BHt7yA',
  ],
  [
    'PBKDF2 of Passlib',
    'pbkdf2,sha256,1000,32',
    '$pbkdf2-sha256$1000$GuvflYA5Dw/l4CeEkMPBNw$tk.qDHDBZgu8YFCL8nsXy2T9T8llWia2h4Yyp158ivA',
  ],
  [
    'PBKDF2 of Passlib with SHA-1',
    'pbkdf2,sha1,1000,20',
    '$pbkdf2$1000$GuvflYA5Dw/l4CeEkMPBNw$KmWYtVEFGd07L5I5GUrn99Izlfo',
  ],
  [
    'PBKDF2 of Django',
    'pbkdf2,sha256,1000,32',
    'pbkdf2_sha256$1000$seasalt$BxN7+XhLlcdAGGljcv4+lxoDnQydRVyIiqcm7xPH2cA=',
  ],
];

const hashNamed = (wanted: string) => hashes.find(([name]) => name === wanted)?.[2] ?? '';

/** @throws Error if the hash is refused */
function imported(text: string) {
  const read = readHash(text);
  if ('refused' in read) throw new Error(read.refused);
  const hash = importedHashOf(read.stored);
  if (hash === undefined) throw new Error('not an imported hash');
  return { ...read, hash };
}

describe('an imported hash', () => {
  it.each(hashes)('by %s verifies its password and no other', async (_, scheme, text) => {
    const { stored, hash } = imported(text);
    expect(hash.scheme).toBe(scheme);
    expect(await verifyImported(hash, PASSWORD)).toBe(true);
    expect(await verifyImported(hash, `${PASSWORD}.`)).toBe(false);
    expect(needsRehash(stored)).toBe(true);
  });

  it.each(hashes)('by %s has a stand-in of the same scheme that no password matches', async (_, scheme) => {
    const standIn = standInFor(scheme, systemRandom);
    expect(standIn.scheme).toBe(scheme);
    expect(await verifyImported(standIn, PASSWORD)).toBe(false);
  });

  it.each([
    ['bcrypt', `$2a$04$${'a'.repeat(53)}`],
    ['argon2', `$argon2i$v=19$m=128,t=1,p=16$${'s'.repeat(342)}$${'k'.repeat(171)}`],
    ['scrypt', `$scrypt$ln=15,r=1,p=1$c2FsdA$${'k'.repeat(171)}`],
    ['PBKDF2', `$pbkdf2-sha1$i=1$cw$${'k'.repeat(22)}`],
  ])('by %s at its bounds is verified without an error, as is its stand-in', async (_, text) => {
    const { scheme, hash } = imported(text);
    expect(await verifyImported(hash, PASSWORD)).toBe(false);
    expect(await verifyImported(standInFor(scheme, systemRandom), PASSWORD)).toBe(false);
  });

  it('verifies a password as it was typed, and composed', async () => {
    // The hash is of `café` with a composed letter.
    const { hash } = imported(
      '$pbkdf2-sha256$i=1000$c2VhIHNhbHQ$/+pavL8X/MWi/+PaAbwn237mEuH7cYuOJLAMHyfmClk',
    );
    expect(await verifyImported(hash, 'cafe\u0301')).toBe(true);
    expect(await verifyImported(hash, 'caf\u00E9')).toBe(true);
    expect(await verifyImported(hash, 'cafe')).toBe(false);
  });

  it('does not fail for passwords that are longer than bcrypt reads', async () => {
    const { hash } = imported(hashNamed('bcrypt'));
    expect(await verifyImported(hash, 'x'.repeat(512))).toBe(false);
    expect(await verifyImported(hash, `a\0${PASSWORD}`)).toBe(false);
  });

  const salt = 'GuvflYA5Dw/l4CeEkMPBNw';
  const key = 'GgWQpl9V5uM2ffHV5SVbmI0u2dRFBYeZMcNktRd9+IY';
  it.each([
    ['bcrypt of cost 15', `$2b$15$BlmK2jljpWWHnda/P2nzLuhuJLp3AMOFO9Ck2kQ8hjTuTgp5Lfa1a`],
    ['bcrypt of cost 31', `$2b$31$BlmK2jljpWWHnda/P2nzLuhuJLp3AMOFO9Ck2kQ8hjTuTgp5Lfa1a`],
    ['a bcrypt hash that is cut off', '$2b$10$BlmK2jljpWWHnda'],
    ['an argon2 hash that is cut off', `$argon2id$v=19$m=8192,t=1,p=1$${salt}`],
    ['a scrypt hash that is cut off', `$scrypt$ln=15,r=8,p=1$${salt}`],
    ['a PBKDF2 hash that is cut off', `$pbkdf2-sha256$i=1000$${salt}`],
    ['argon2 with 4 GiB', `$argon2id$v=19$m=4194304,t=1,p=1$${salt}$${key}`],
    ['argon2 with a million passes', `$argon2id$v=19$m=64,t=1000000,p=1$${salt}$${key}`],
    ['argon2 with too much memory times passes', `$argon2id$v=19$m=131072,t=5,p=1$${salt}$${key}`],
    ['argon2 with 255 lanes', `$argon2id$v=19$m=8192,t=1,p=255$${salt}$${key}`],
    ['argon2 without passes', `$argon2id$v=19$m=8192,t=0,p=1$${salt}$${key}`],
    ['argon2 of version 16', `$argon2i$v=16$m=8192,t=3,p=1$${salt}$${key}`],
    ['argon2 with a salt of 4 bytes', `$argon2id$v=19$m=8192,t=1,p=1$c2FsdA$${key}`],
    ['scrypt with 1 GiB', `$scrypt$ln=20,r=8,p=1$${salt}$${key}`],
    ['scrypt with many lanes', `$scrypt$ln=15,r=8,p=99$${salt}$${key}`],
    ['scrypt with ln=99', `$scrypt$ln=99,r=8,p=1$${salt}$${key}`],
    // OpenSSL fails for these, and every sign-in verifies a stand-in of the scheme (RFC 7914 §2).
    ['scrypt with ln of 16 · r', `$scrypt$ln=16,r=1,p=1$${salt}$${key}`],
    ['argon2 whose hash is cut off', `$argon2id$v=19$m=8192,t=1,p=1$${salt}$${key.slice(0, 41)}`],
    ['PBKDF2 with a hundred million iterations', `$pbkdf2-sha256$i=100000000$${salt}$${key}`],
    ['PBKDF2 without iterations', `$pbkdf2-sha256$i=0$${salt}$${key}`],
    ['PBKDF2 with MD5', `$pbkdf2-sha224$i=1000$${salt}$${key}`],
    ['a key of 8 bytes', `$pbkdf2-sha256$i=1000$${salt}$GgWQpl9V5uM`],
    ['a key that is not base64', `$pbkdf2-sha256$i=1000$${salt}$***`],
    ['MD5 in hexadecimal', '5f4dcc3b5aa765d61d8327deb882cf99'],
    ['MD5-crypt', '$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/'],
    ['a stored hash of another import', 'imported:bcrypt,31:$2b$31$x'],
    ['a password in the clear', PASSWORD],
    ['an empty text', ''],
  ])('is refused with the reason and without the hash: %s', (_, text) => {
    const read = readHash(text);
    const reason = 'refused' in read ? read.refused : '';
    expect(reason).toMatch(/^must /);
    if (text.length > 0) expect(reason).not.toContain(text.slice(-8));
  });
});

describe('a sign-in while the database has imported hashes', () => {
  const work = { lane: 'test', isKnown: false };
  const [bcrypt, scrypt] = [imported(hashNamed('bcrypt')).stored, imported(hashNamed('scrypt')).stored];

  /** Passwords, with the sizes of the random values that stand-ins took since the last question. */
  async function setUp() {
    const drawn: number[] = [];
    const queue = createFairQueue(createMemoryTables(), { name: 'test', concurrency: 1, maxWaiting: 10 });
    const random = (size: number) => {
      drawn.push(size);
      return systemRandom(size);
    };
    const passwords = await createPasswords(queue, random, async () => ['bcrypt,6', 'scrypt,10,8,1,32']);
    return { passwords, drawn: () => drawn.splice(0) };
  }

  it('verifies one hash of each scheme, whichever hash the account has, or none', async () => {
    const { passwords, drawn } = await setUp();
    const [forBcrypt, forScrypt] = [[39], [16, 32]];
    drawn();
    for (const [hash, isKnown, standIns] of [
      [undefined, false, [...forBcrypt, ...forScrypt]],
      [null, false, [...forBcrypt, ...forScrypt]],
      [await hashPassword(PASSWORD), true, [...forBcrypt, ...forScrypt]],
      [bcrypt, true, forScrypt],
      [scrypt, true, forBcrypt],
    ] as const) {
      expect(await passwords.matches(hash, PASSWORD, work)).toBe(isKnown);
      expect(drawn()).toEqual(standIns);
      expect(await passwords.matches(hash, 'wrong', work)).toBe(false);
      drawn();
    }
  });

  it('verifies a hash of a scheme that an import adds at this moment', async () => {
    const { passwords } = await setUp();
    const { stored } = imported(hashNamed('PBKDF2 as a PHC string'));
    expect(await passwords.matches(stored, PASSWORD, work)).toBe(true);
  });

  it('hashes again what has other costs, and only that', async () => {
    expect(needsRehash(await hashPassword(PASSWORD))).toBe(false);
    expect(needsRehash('$argon2id$v=19$m=8192,t=2,p=1$mSP7NmeotxGqp2UXKVTisg$rRxO')).toBe(true);
  });
});
