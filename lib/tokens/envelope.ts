/**
 * Texts that are kept where others may read, sealed under keys derived from the server's secrets.
 *
 * An envelope holds one copy of the text for each secret, so that instances which know only one of
 * them can stand side by side while secrets are changed. A copy is bound to what it is for, to the
 * issuer and to its secret: moved to another place it does not open.
 *
 *     1.<id of the secret>.<nonce>.<ciphertext and tag>
 *
 * @see https://www.rfc-editor.org/rfc/rfc5116#section-5.2
 * @see https://www.rfc-editor.org/rfc/rfc5869
 * @module
 */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';

/** What an envelope can be for. */
export type SealPurpose =
  'signing_keys' | 'login_attempt' | 'login_person' | 'upstream_tokens' | 'grant_claims';

/**
 * Why an envelope stays closed.
 * - `unknown secret`: it has no copy for any of the secrets.
 * - `unknown version`: a later version of this server made it.
 * - `damaged`: it was changed, or is another issuer's.
 */
export type Unopened = 'unknown secret' | 'unknown version' | 'damaged';

export class UnopenedError extends Error {
  override readonly name = 'UnopenedError';
  readonly situation: Unopened;

  constructor(situation: Unopened) {
    super(`the envelope does not open (${situation})`);
    this.situation = situation;
  }
}

export interface Opened {
  readonly text: string;
  /** Whether there is a copy for each of the secrets and for no other. */
  readonly isForAll: boolean;
}

export interface Envelopes {
  seal(purpose: SealPurpose, text: string): string;
  /** @throws {UnopenedError} */
  open(purpose: SealPurpose, envelope: string): Opened;
}

export interface EnvelopesDeps {
  /** At least one; each at least 32 bytes, which the options check. */
  readonly secrets: readonly string[];
  readonly issuer: string;
  readonly randomBytes: (size: number) => Buffer;
}

const VERSION = '1';
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const COPY = /^1\.([\w-]{16})\.([\w-]{16})\.([\w-]{22,})$/;

interface Copy {
  readonly id: string;
  readonly nonce: Buffer;
  readonly sealed: Buffer;
}

export function createEnvelopes({ secrets, issuer, randomBytes }: EnvelopesDeps): Envelopes {
  const byId = new Map(secrets.map((secret) => [secretId(secret), secret]));
  const boundTo = (purpose: SealPurpose, id: string): Buffer =>
    Buffer.from(JSON.stringify([VERSION, purpose, issuer, id]));

  function sealFor(purpose: SealPurpose, text: string, id: string, secret: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, keyOf(secret, purpose), nonce);
    cipher.setAAD(boundTo(purpose, id));
    const sealed = Buffer.concat([
      cipher.update(text, 'utf8'),
      cipher.final(),
      cipher.getAuthTag(),
    ]);
    return [VERSION, id, nonce.toString('base64url'), sealed.toString('base64url')].join('.');
  }

  function openWith(purpose: SealPurpose, { id, nonce, sealed }: Copy, secret: string): string {
    const decipher = createDecipheriv(CIPHER, keyOf(secret, purpose), nonce, {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(boundTo(purpose, id));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    try {
      const text = decipher.update(sealed.subarray(0, -TAG_BYTES));
      return Buffer.concat([text, decipher.final()]).toString('utf8');
    } catch {
      throw new UnopenedError('damaged');
    }
  }

  return {
    seal: (purpose, text) =>
      [...byId].map(([id, secret]) => sealFor(purpose, text, id, secret)).join(' '),
    open(purpose, envelope) {
      const copies = envelope.split(' ').map(readCopy);
      for (const [id, secret] of byId) {
        const copy = copies.find((one) => one.id === id);
        if (!copy) continue;
        const isForAll = copies.length === byId.size && copies.every((one) => byId.has(one.id));
        return { text: openWith(purpose, copy, secret), isForAll };
      }
      throw new UnopenedError('unknown secret');
    },
  };
}

/** Whom an envelope is sealed for, as far as the secrets at hand can tell. */
export interface Holders {
  /** Those of the secrets that open it, by their places, in the order in which it was sealed. */
  readonly known: readonly number[];
  /** How many copies there are for other secrets. */
  readonly others: number;
}

/**
 * Tells without opening it.
 *
 * @throws {UnopenedError} For what is no envelope of this version.
 */
export function holdersOf(envelope: string, secrets: readonly string[]): Holders {
  const ids = [...new Set(secrets)].map(secretId);
  const places = envelope.split(' ').map((copy) => ids.indexOf(readCopy(copy).id));
  const known = places.filter((place) => place >= 0);
  return { known, others: places.length - known.length };
}

function readCopy(text: string): Copy {
  const [, id = '', nonce = '', sealed = ''] = COPY.exec(text) ?? [];
  if (id !== '') return { id, nonce: decoded(nonce), sealed: decoded(sealed) };
  throw new UnopenedError(/^(?!1\.)\d{1,9}\./.test(text) ? 'unknown version' : 'damaged');
}

/** One spelling only: base64url that ends in other spare bits is not what was written. */
function decoded(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) throw new UnopenedError('damaged');
  return bytes;
}

/** Tells which secret it was to whoever has it, and nothing to anybody else. */
function secretId(secret: string): string {
  return derived(secret, 'secret_id', 12).toString('base64url');
}

function keyOf(secret: string, purpose: SealPurpose): Buffer {
  return derived(secret, `seal/${purpose}`, 32);
}

function derived(secret: string, label: string, bytes: number): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `express-dcr/1/${label}`, bytes));
}
