/**
 * The rules for redirect URIs told a second time, from their description and character by
 * character, so that the tests do not take the word of what they test.
 */
import { isOnTheInternet } from './host-oracle.ts';
import { isTakenScheme } from './scheme-oracle.ts';

const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '[::1]'];

/** Whether a request may be answered at an address, by what was registered. */
export function mayAnswerAt(
  asked: string,
  registered: readonly string[],
  confidential: boolean,
): boolean {
  for (const uri of registered) {
    if (uri === asked) return true;
    if (confidential) continue;
    const [there, here] = [withoutPort(uri), withoutPort(asked)];
    if (there !== undefined && there === here) return true;
  }
  return false;
}

/**
 * An http loopback URI without what does not count: its port, the case of its host, and whether an
 * empty path is written as a slash. `undefined` when it is no such URI.
 */
function withoutPort(uri: string): string | undefined {
  if (!uri.startsWith('http://')) return undefined;
  const [authority, after] = split(uri.slice('http://'.length));
  const host = LOOPBACK_HOSTS.find((name) => authority.toLowerCase().startsWith(name));
  if (host === undefined || !isPortOrNothing(authority.slice(host.length))) return undefined;
  if (after.includes('#')) return undefined;
  return `${host} ${after.startsWith('/') ? after : `/${after}`}`;
}

/** The authority, up to the first character that ends one, and all the rest. */
function split(text: string): [authority: string, after: string] {
  for (let i = 0; i < text.length; i += 1)
    if ('/?#\\'.includes(text.charAt(i))) return [text.slice(0, i), text.slice(i)];
  return [text, ''];
}

/** A port that something can listen on, in the one way to write it. */
function isPortOrNothing(text: string): boolean {
  if (text === '') return true;
  const number = Number(text.slice(1));
  return text === `:${String(number)}` && Number.isInteger(number) && number > 0 && number < 65536;
}

/** How the URL parser may spell an accepted URI: an empty path as a slash, a loopback host in lower case. */
export function spellings(uri: string): string[] {
  const [scheme = '', behind] = uri.split(/:\/\/(.*)/s);
  if (behind === undefined) return [uri];
  const [authority, after] = split(behind);
  const isLoopback = withoutPort(uri) !== undefined;
  const authorities = isLoopback ? [authority.toLowerCase()] : [authority];
  const rests = after.startsWith('/') ? [after] : [after, `/${after}`];
  return authorities.flatMap((host) => rests.map((rest) => `${scheme}://${host}${rest}`));
}

/** What may be in a URI beside letters and digits; neither a `#`, nor a star that looks like a pattern. */
const PUNCTUATION = "-._~:/?[]@!$&'()+,;=%";

/** What we add to a redirect URI, or what others would. */
const RESPONSE_PARAMETERS = [
  ...['code', 'state', 'iss', 'error', 'error_description', 'error_uri', 'response'],
  ...['access_token', 'id_token'],
];

export interface Registrant {
  /** The endpoints of the server, in normal form. */
  readonly ownEndpoints: readonly string[];
  readonly confidential: boolean;
}

/** Whether an address may be registered. */
export function mayBeRegistered(uri: string, { ownEndpoints, confidential }: Registrant): boolean {
  if (uri.length > 2048 || !Array.from(uri).every(isOfUris)) return false;
  // The parser of the platform: what it would spell otherwise is not what it looks like.
  if (!URL.canParse(uri) || !spellings(uri).includes(new URL(uri).href)) return false;
  if (hasUser(uri) || queryNames(uri).some((name) => RESPONSE_PARAMETERS.includes(name)))
    return false;
  if (ownEndpoints.some((endpoint) => leadsTo(uri, endpoint))) return false;

  const { scheme, host, afterScheme } = parts(uri);
  if (scheme === 'https') return isThisMachine(host) ? !confidential : isOnTheInternet(host);
  if (confidential) return false;
  if (scheme === 'http') return withoutPort(uri) !== undefined;
  return !isTakenScheme(scheme) && (scheme.includes('.') || afterScheme.startsWith('//'));
}

function isOfUris(character: string): boolean {
  return /[A-Za-z0-9]/.test(character) || PUNCTUATION.includes(character);
}

/** An at sign between the first two slashes that stand together and what ends an authority. */
function hasUser(uri: string): boolean {
  const [before = '', ...behind] = uri.split('//');
  if (behind.length === 0 || before.includes('/') || before.includes('?')) return false;
  return split(behind.join('//'))[0].includes('@');
}

/** The names in the query, decoded as far as they can be. */
function queryNames(uri: string): string[] {
  const start = uri.indexOf('?');
  if (start === -1) return [];
  const names = uri
    .slice(start + 1)
    .split('&')
    .map((pair) => pair.split('=')[0] ?? '');
  return names.map((name) =>
    name.replace(/%([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16))),
  );
}

interface Parts {
  readonly scheme: string;
  readonly afterScheme: string;
  /** Without its port. */
  readonly host: string;
  readonly port: string;
  readonly path: string;
}

/** The parts of a URI in normal form. */
function parts(uri: string): Parts {
  const scheme = uri.slice(0, uri.indexOf(':'));
  const isWeb = scheme === 'http' || scheme === 'https';
  const afterScheme = uri.slice(scheme.length + 1);
  const [authority, after] = afterScheme.startsWith('//')
    ? split(afterScheme.slice(2))
    : ['', afterScheme];
  const colon = authority.lastIndexOf(':');
  const end = colon > authority.lastIndexOf(']') ? colon : authority.length;
  return {
    scheme,
    afterScheme,
    // In a scheme of an app a host is whatever the app takes it for, and keeps its case.
    host: isWeb ? authority.slice(0, end).toLowerCase() : authority.slice(0, end),
    port: authority.slice(end),
    path: after.split('?')[0] || '/',
  };
}

function isThisMachine(host: string): boolean {
  const numbers = host.split('.');
  const isIn127 = numbers[0] === '127' && numbers.length === 4;
  return (
    LOOPBACK_HOSTS.includes(host) || (isIn127 && numbers.every((one) => /^\d{1,3}$/.test(one)))
  );
}

/** An endpoint, or a document beside it. On this machine every name and port may be the same server. */
function leadsTo(uri: string, endpoint: string): boolean {
  const [there, ours] = [parts(uri), parts(endpoint)];
  // As Express finds a route: in whatever case, and some of its versions by several slashes as well.
  const route = ({ path }: Parts): string => path.toLowerCase().split(/\/+/).join('/');
  if (route(there) !== route(ours) && !route(there).startsWith('/.well-known/')) return false;
  if (isThisMachine(there.host) || isThisMachine(ours.host))
    return isThisMachine(there.host) && isThisMachine(ours.host);
  const server = ({ scheme, host, port }: Parts): string =>
    `${scheme}://${host.endsWith('.') ? host.slice(0, -1) : host}${port}`;
  return server(there) === server(ours);
}
