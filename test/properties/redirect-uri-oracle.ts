/**
 * The rules for redirect URIs told a second time, from their description and character by
 * character, so that the tests do not take the word of what they test.
 */

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
