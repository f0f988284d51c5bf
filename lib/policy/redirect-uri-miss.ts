/**
 * How the redirect URI of a request misses those that are registered: for the log, so that a developer
 * sees what to change. Nothing is decided here, and nothing of it is told to whoever asked.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9700#section-2.1
 * @module
 */
import { isLoopbackHost, parseLoopbackUri } from '../protocol/loopback.ts';
import { shownUri, uriParts, type UriParts } from '../protocol/shown-uri.ts';

export interface RedirectUriMiss {
  /** Without what may be a secret in it. */
  readonly asked: string;
  /** The registered one that has most in common with it; absent when none is registered. */
  readonly registered?: string;
  /** What is different between the two, in fixed sentences. */
  readonly differs: readonly string[];
}

/** Nobody registers more, and a configuration may hold any number. */
const MAX_COMPARED = 20;
/** As long as one may be that is registered. */
const MAX_LENGTH = 2048;

/** @param asked - One that matches none of the registered ones. */
export function redirectUriMiss(
  asked: string,
  registered: readonly string[],
  { confidential }: { readonly confidential: boolean },
): RedirectUriMiss {
  if (asked.length > MAX_LENGTH) return { asked: 'too long to be shown', differs: [] };
  const [nearest] = registered
    .slice(0, MAX_COMPARED)
    .map((uri) => ({ uri, ...differences(asked, uri, confidential) }))
    .sort((a, b) => a.distance - b.distance);
  const shown = shownUri(asked);
  if (!nearest) return { asked: shown, differs: ['the client has no redirect URI registered'] };
  return { asked: shown, registered: shownUri(nearest.uri), differs: nearest.differs };
}

/** What can differ, from what makes two addresses the furthest apart. */
const WEIGHTS = { scheme: 4, host: 8, path: 4, query: 2, port: 2, case: 1 } as const;

type Difference = readonly [weight: number, sentence: string] | undefined;

function differences(
  asked: string,
  registered: string,
  confidential: boolean,
): { readonly distance: number; readonly differs: readonly string[] } {
  const [a, b] = [uriParts(asked), uriParts(registered)];
  const found = [
    schemeDifference(a, b),
    userDifference(a, b),
    hostDifference(a, b),
    portDifference(a, b, confidential),
    pathDifference(a, b, !confidential && parseLoopbackUri(registered) !== undefined),
    queryDifference(a, b),
    fragmentDifference(a, b),
  ].filter((one) => one !== undefined);
  return {
    distance: found.reduce((sum, [weight]) => sum + weight, 0),
    differs: found.map(([, sentence]) => sentence),
  };
}

function schemeDifference({ scheme: a }: UriParts, { scheme: b }: UriParts): Difference {
  if (a === b) return undefined;
  if (sameButCase(a, b)) return [WEIGHTS.case, 'the scheme is written in another case'];
  const isHttp = [a, b].every((scheme) => scheme === 'http' || scheme === 'https');
  return isHttp
    ? [WEIGHTS.case, 'one is http and the other https']
    : [WEIGHTS.scheme, 'the scheme is another'];
}

function userDifference({ userinfo: a }: UriParts, { userinfo: b }: UriParts): Difference {
  return a === b ? undefined : [WEIGHTS.query, 'there is a user or a password before the host'];
}

function hostDifference({ host: a }: UriParts, { host: b }: UriParts): Difference {
  if (a === b) return undefined;
  if (sameButCase(a, b)) {
    // Where the case does not matter there would be no miss for it, and another sentence says why.
    return isLoopback(a)
      ? undefined
      : [
          WEIGHTS.case,
          'the host is written in another case: they are compared as they are written',
        ];
  }
  if (isLoopback(a) && isLoopback(b)) {
    return [
      WEIGHTS.case,
      'localhost, 127.0.0.1 and [::1] do not stand for each other: register each that the client uses',
    ];
  }
  return [WEIGHTS.host, 'the host is another'];
}

function portDifference(
  { host, port: a }: UriParts,
  { port: b }: UriParts,
  confidential: boolean,
): Difference {
  if (a === b) return undefined;
  if (!isLoopback(host)) return [WEIGHTS.port, 'the port is another'];
  return confidential
    ? [
        WEIGHTS.port,
        'the port is another: it is free on loopback only for a client without a secret',
      ]
    : undefined;
}

function pathDifference(
  { path: a }: UriParts,
  { path: b }: UriParts,
  isSlashFree: boolean,
): Difference {
  if (a === b || (isSlashFree && [a, b].every((path) => path === '' || path === '/'))) {
    return undefined;
  }
  if (a.replace(/\/$/, '') === b.replace(/\/$/, '')) {
    return [WEIGHTS.case, 'one path ends with a slash and the other does not'];
  }
  if (sameButCase(a, b)) return [WEIGHTS.case, 'the path is written in another case'];
  if (decoded(a) === decoded(b)) {
    return [WEIGHTS.case, 'the path has percent-encoded characters in one of the two only'];
  }
  return [WEIGHTS.path, 'the path is another'];
}

function queryDifference({ query: a }: UriParts, { query: b }: UriParts): Difference {
  if (a === b) return undefined;
  if (b === undefined) return [WEIGHTS.query, 'it has a query, and the registered one has none'];
  if (a === undefined) return [WEIGHTS.query, 'the registered one has a query, and it has none'];
  return [WEIGHTS.query, 'the query is another: all of it has to be the same, in the same order'];
}

function fragmentDifference({ fragment: a }: UriParts, { fragment: b }: UriParts): Difference {
  return a === b ? undefined : [WEIGHTS.query, 'it has a fragment, which no redirect URI can have'];
}

function sameButCase(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && a.toLowerCase() === b?.toLowerCase();
}

function isLoopback(host: string | undefined): boolean {
  return host !== undefined && isLoopbackHost(host.toLowerCase());
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
