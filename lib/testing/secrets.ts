/**
 * Looking for secrets where none may be.
 *
 * @module
 */
import { AssertionError } from 'node:assert';
import { inspect } from 'node:util';

/** What secrets look like, whoever made them. */
const SHAPES: readonly { readonly kind: string; readonly pattern: RegExp }[] = [
  { kind: 'a refresh token', pattern: /(?<![\w-])[\w-]{22}\.\d{1,9}\.[\w-]{43}(?![\w-])/g },
  { kind: 'an authorization code', pattern: /(?<![\w-])[\w-]{22}\.[\w-]{43}(?![\w-])/g },
  { kind: 'a signed token', pattern: /\beyJ[\w-]+\.eyJ[\w-]+(?:\.[\w-]*)?/g },
  { kind: 'a private key', pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----/g },
];

/** Shorter ones would be found by accident. */
const MIN_LENGTH = 16;

/** What was made in this process, by what it is. */
const made = new Map<string, string>();

/**
 * Notes a secret that {@link expectNoSecretsIn} is to look for: one of your app's own, such as an API
 * key or a session id. What the helpers of this package come across is noted by themselves.
 *
 * @param kind - What it is called when it is found, such as `the key of the weather API`.
 */
export function noteSecret(secret: string | undefined, kind = 'a secret'): void {
  if (secret !== undefined && secret.length >= MIN_LENGTH && !made.has(secret))
    made.set(secret, kind);
}

/** Random bytes whose secrets are noted. Ids are shorter, and may be anywhere. */
export function noted(randomBytes: (size: number) => Buffer): (size: number) => Buffer {
  return (size) => {
    const bytes = randomBytes(size);
    if (size === 32) noteSecret(bytes.toString('base64url'), 'a random secret of the server');
    return bytes;
  };
}

/** What may hold a log: text, lines, entries, an object with `entries`, or a nesting of these. */
export type LogToSearch = string | object;

/**
 * Fails when a log holds a secret: anything that looks like a code, a refresh token, a signed token or
 * a private key, and every secret that was made or noted in this process - also verifiers, client
 * secrets, registration access tokens and cookies.
 *
 * @throws {AssertionError} Which says what was found and where, and does not repeat it.
 */
export function expectNoSecretsIn(log: LogToSearch): void {
  const found = linesOf(log).flatMap((line) =>
    secretsIn(line).map(({ kind, secret }) => `${kind} in: ${blackenedOut(line, secret)}`),
  );
  if (found.length === 0) return;
  const lines = [...new Set(found)].map((one) => `  ${one}`).join('\n');
  const message = `the log holds ${found.length === 1 ? 'a secret' : 'secrets'}:\n${lines}`;
  throw new AssertionError({ message, actual: found.length, expected: 0 });
}

interface Found {
  readonly kind: string;
  readonly secret: string;
}

function secretsIn(line: string): Found[] {
  const noted = [...made].filter(([secret]) => line.includes(secret));
  const found = noted.map(([secret, kind]) => ({ kind, secret }));
  for (const { kind, pattern } of SHAPES) {
    for (const [secret] of line.matchAll(pattern)) {
      const isKnown = found.some((one) => one.secret.includes(secret));
      if (!isKnown) found.push({ kind, secret });
    }
  }
  return found;
}

/** Not even a report of what leaked leaks it. */
function blackenedOut(line: string, secret: string): string {
  const at = line.indexOf(secret);
  const before = line.slice(Math.max(0, at - 60), at);
  const after = line.slice(at + secret.length, at + secret.length + 60);
  const clean = secretsIn(before + after).length === 0 ? [before, after] : ['', ''];
  return `${clean[0] ?? ''}<...>${clean[1] ?? ''}`;
}

/** Errors and maps too, which JSON leaves out. */
const EVERYTHING = {
  depth: Infinity,
  breakLength: Infinity,
  maxArrayLength: null,
  maxStringLength: null,
};

function linesOf(log: LogToSearch): string[] {
  if (typeof log === 'string') return log.split('\n');
  if (Array.isArray(log)) return (log as LogToSearch[]).flatMap((one) => linesOf(one));
  if ('entries' in log && Array.isArray(log.entries)) return linesOf(log.entries);
  return inspect(log, EVERYTHING).split('\n');
}
