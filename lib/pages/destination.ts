/**
 * Where a redirect URI leads, in words for a person.
 *
 * @module
 */
import { parseLoopbackUri } from '../protocol/loopback.ts';
import { filled } from './phrases.ts';
import type { Texts } from './texts/en.ts';

/**
 * - `host`: a site, by its host as a browser writes it: punycode, IPv6 in brackets.
 * - `loopback`: a program on the person's own computer.
 * - `app`: whichever app on the device has claimed the scheme, which is written with its colon.
 */
export type Destination =
  | { readonly kind: 'host'; readonly host: string }
  | { readonly kind: 'loopback'; readonly host: string }
  | { readonly kind: 'app'; readonly scheme: string };

export function destinationOf(redirect_uri: string): Destination {
  const loopback = parseLoopbackUri(redirect_uri);
  if (loopback) return { kind: 'loopback', host: loopback.host };
  const { protocol, host } = new URL(redirect_uri);
  return protocol === 'https:' ? { kind: 'host', host } : { kind: 'app', scheme: protocol };
}

/** The host; for what stays on the person's own device, that it does. */
export function describeDestination(destination: Destination, texts: Texts): string {
  switch (destination.kind) {
    case 'host':
      return destination.host;
    case 'loopback':
      return filled(texts.destinationLoopback, { host: destination.host });
    case 'app':
      return filled(texts.destinationApp, { scheme: destination.scheme });
  }
}

/** What nobody may leave out: the part that the maker of the client cannot choose freely. */
export function essenceOf(destination: Destination): string {
  return destination.kind === 'app' ? destination.scheme : destination.host;
}

/** The label of a host that stands for other letters than it is written with (RFC 5890 §2.3.2.1). */
export function punycodeLabel(destination: Destination): string | undefined {
  if (destination.kind !== 'host') return undefined;
  return destination.host.split('.').find((label) => label.startsWith('xn--'));
}
