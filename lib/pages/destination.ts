/**
 * Where a redirect URI leads, in words for a person.
 *
 * @module
 */
import { parseLoopbackUri } from '../protocol/loopback.ts';

/** The host; for what stays on the person's own device, that it does. */
export function describeDestination(redirect_uri: string): string {
  const loopback = parseLoopbackUri(redirect_uri);
  if (loopback) return `an app on this computer (${loopback.host})`;
  const { protocol, host } = new URL(redirect_uri);
  return protocol === 'https:' ? host : `the app that opens ${protocol} links on this device`;
}
