import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** What a test changes about a response, to send one that a browser would not. */
export interface ResponseChanges {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  /** `webauthn.get` or `webauthn.create`. */
  readonly type?: string;
  readonly userVerified?: boolean;
  readonly counter?: number;
  readonly userHandle?: string;
  /** The ID of another credential. */
  readonly id?: string;
  /** The certificate of an attestation, which the server has not requested: 24 to 255 bytes. */
  readonly certificate?: Buffer;
}

/** The options on a page, as far as an authenticator needs them. */
export interface PageOptions {
  readonly challenge: string;
  readonly rpId?: string;
  readonly rp?: { readonly id: string };
  readonly user?: { readonly id: string };
}

const FLAGS = { present: 0x01, verified: 0x04, attested: 0x40 };

/** An authenticator in software with one passkey, without a browser that would check anything. */
export class TestPasskey {
  readonly id = randomBytes(16).toString('base64url');
  readonly origin: string;
  readonly #publicKey: KeyObject;
  readonly #privateKey: KeyObject;
  #userHandle = '';
  #counter = 0;

  constructor(origin: string) {
    this.origin = origin;
    const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#publicKey = keys.publicKey;
    this.#privateKey = keys.privateKey;
  }

  /** The credential as JSON after `navigator.credentials.create` (WebAuthn Level 3 §5.1.7). */
  create(options: PageOptions, changes: ResponseChanges = {}): string {
    this.#userHandle = options.user?.id ?? '';
    const { x = '', y = '' } = this.#publicKey.export({ format: 'jwk' });
    const cose = Buffer.concat([
      Buffer.from('a5010203262001215820', 'hex'),
      Buffer.from(x, 'base64url'),
      Buffer.from('225820', 'hex'),
      Buffer.from(y, 'base64url'),
    ]);
    const id = Buffer.from(this.id, 'base64url');
    const length = Buffer.from([0, id.length]);
    const attested = Buffer.concat([Buffer.alloc(16), length, id, cose]);
    const authData = Buffer.concat([
      this.#authenticatorData(options.rp?.id ?? '', FLAGS.attested, changes),
      attested,
    ]);
    const { certificate } = changes;
    const statement =
      certificate === undefined
        ? Buffer.from('646e6f6e656761747453746d74a0', 'hex')
        : Buffer.concat([
            Buffer.from('667061636b65646761747453746d74a16378356381', 'hex'),
            Buffer.from([0x58, certificate.length]),
            certificate,
          ]);
    const attestation = Buffer.concat([
      Buffer.from('a363666d74', 'hex'),
      statement,
      Buffer.from('686175746844617461', 'hex'),
      Buffer.from([0x58, authData.length]),
      authData,
    ]);
    return this.#credential(
      {
        clientDataJSON: this.#clientData('webauthn.create', options, changes).toString('base64url'),
        attestationObject: attestation.toString('base64url'),
        transports: ['internal'],
      },
      changes,
    );
  }

  /** The credential as JSON after `navigator.credentials.get` (WebAuthn Level 3 §5.1.8). */
  get(options: PageOptions, changes: ResponseChanges = {}): string {
    this.#counter += 1;
    const clientData = this.#clientData('webauthn.get', options, changes);
    const data = this.#authenticatorData(options.rpId ?? '', 0, { counter: this.#counter, ...changes });
    const signed = Buffer.concat([data, createHash('sha256').update(clientData).digest()]);
    return this.#credential(
      {
        clientDataJSON: clientData.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: sign('sha256', signed, this.#privateKey).toString('base64url'),
        userHandle: changes.userHandle ?? this.#userHandle,
      },
      changes,
    );
  }

  #clientData(type: string, { challenge }: PageOptions, changes: ResponseChanges): Buffer {
    const { origin } = this;
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false, ...pick(changes) }));
  }

  #authenticatorData(rpId: string, flags: number, changes: ResponseChanges): Buffer {
    const data = Buffer.alloc(37);
    createHash('sha256')
      .update(changes.rpId ?? rpId)
      .digest()
      .copy(data);
    const verified = changes.userVerified === false ? 0 : FLAGS.verified;
    data.writeUInt8(FLAGS.present | verified | flags, 32);
    data.writeUInt32BE(changes.counter ?? 0, 33);
    return data;
  }

  #credential(response: object, { id = this.id }: ResponseChanges): string {
    return JSON.stringify({ id, rawId: id, type: 'public-key', response, clientExtensionResults: {} });
  }
}

function pick({ origin, challenge, type }: ResponseChanges): object {
  return Object.fromEntries(
    Object.entries({ origin, challenge, type }).filter(([, value]) => value !== undefined),
  );
}

/** The options that a page gives to the browser. */
export function passkeyOptionsOn({ html }: { readonly html: string }): PageOptions {
  const text = /id="passkey-options" value="([^"]*)"/.exec(html)?.[1]?.replaceAll('&quot;', '"');
  if (text === undefined) throw new Error(`no options of a passkey in ${html}`);
  return (JSON.parse(text) as { readonly options: PageOptions }).options;
}
