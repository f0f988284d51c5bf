/**
 * Loopback redirect URIs: an app on the person's own machine listens on a port that the system gave it.
 *
 * RFC 8252 §7.3 leaves the port out of the comparison for the IP literals; `localhost` is treated the
 * same, for that is what VS Code and Claude Code register. The names never stand for each other.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8252#section-7.3
 * @module
 */

/** A loopback redirect URI in parts that can be compared. */
export interface LoopbackUri {
  /** Lower case. */
  readonly host: string;
  /** At least `/`. */
  readonly path: string;
  /** With its `?`; empty when there is none. A bare `?` is not nothing. */
  readonly query: string;
  /** As a URL parser writes it. */
  readonly normalized: string;
}

const LOOPBACK_URI =
  /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:[1-9][0-9]{0,4})?(\/[^?#\\\s]*)?(\?[^#\\\s]*)?$/i;

/** The parts of an http loopback URI; `undefined` for any other. */
export function parseLoopbackUri(value: string): LoopbackUri | undefined {
  const match = LOOPBACK_URI.exec(value);
  // The scheme is matched without regard to case by the expression, but must be written in lower case.
  if (!match || !value.startsWith('http://')) return undefined;
  const [, host = '', port = '', path = '/', query = ''] = match;
  if (Number(port.slice(1)) > 65_535) return undefined;
  const lowerHost = host.toLowerCase();
  return { host: lowerHost, path, query, normalized: `http://${lowerHost}${port}${path}${query}` };
}

/** Whether two URIs are the same loopback URI but for the port. */
export function isSameLoopbackUri(a: string, b: string): boolean {
  const [left, right] = [parseLoopbackUri(a), parseLoopbackUri(b)];
  return (
    left !== undefined &&
    right !== undefined &&
    left.host === right.host &&
    left.path === right.path &&
    left.query === right.query
  );
}

/** Whether a URL's host name is one of this machine. */
export function isLoopbackHost(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
  );
}
