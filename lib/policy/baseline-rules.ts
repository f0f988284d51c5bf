/**
 * Baseline rules: scopes for those clients that a rule is about, beside the list that is for all.
 *
 * What a host name proves is as good as DNS and TLS: codes go to the redirect URIs alone, and nobody
 * else can publish a document there. What a client says of itself proves nothing.
 *
 * @module
 */
import type { ClientMetadata } from '../protocol/client.ts';
import { isLoopbackHost } from '../protocol/loopback.ts';
import type { Scope } from '../protocol/scope.ts';
import { isAllowedRedirectHost } from './redirect-hosts.ts';
import { matchesWildcard } from './wildcard.ts';
import { parseUrl } from '../protocol/parse-url.ts';

/** One text, or several of which one is enough. */
export type OneOrSeveral = string | readonly string[];

/** Which clients a rule is about. Everything that is said must hold. */
export interface BaselineMatch {
  /**
   * Hosts, or `*.example.com` for whatever is below a domain: **every** redirect URI of the client
   * leads to one of them. Never a loopback host, for anybody has that.
   */
  readonly redirect_host?: OneOrSeveral;
  /** Hosts of the same form, for clients whose `client_id` is the address of a metadata document. */
  readonly client_id_host?: OneOrSeveral;
  /** What the client says, or else what its redirect URIs tell. Self-asserted. */
  readonly application_type?: 'native' | 'web';
  /** Letter by letter, with `*` for anything. Self-asserted: whoever wants the scopes can say it. */
  readonly client_name?: OneOrSeveral;
  /** As `client_name`. Self-asserted, too. */
  readonly software_id?: OneOrSeveral;
}

/** Scopes that some clients may ask for, whatever they registered with. */
export interface BaselineRule {
  /** What the scopes are said to come from, wherever they are explained. */
  readonly name: string;
  readonly match: BaselineMatch;
  /** At most 10, each of them supported and not restricted. */
  readonly scopes: readonly Scope[];
}

/** What the baseline for a client is told from. */
export interface BaselineClient {
  readonly client_id: string;
  /** Never one that the operator set up: what it may ask for is written down. */
  readonly origin: 'registered' | 'metadata_document';
  readonly metadata: ClientMetadata;
  /** The scopes it asks for; absent when it asks for nothing. */
  readonly requested?: readonly Scope[];
}

type Field = keyof BaselineMatch;

/** Whether what a rule says of one field holds for a client. */
const HOLDS: Readonly<
  Record<Field, (client: BaselineClient, wanted: readonly string[]) => boolean>
> = {
  redirect_host: ({ metadata: { redirect_uris } }, hosts) =>
    redirect_uris.length > 0 && redirect_uris.every((uri) => isAllowedRedirectHost(uri, hosts)),
  client_id_host: ({ client_id, origin }, hosts) =>
    origin === 'metadata_document' && isAllowedRedirectHost(client_id, hosts),
  application_type: ({ metadata }, [type]) => applicationTypeOf(metadata) === type,
  client_name: ({ metadata }, patterns) => matchesOne(metadata.client_name, patterns),
  software_id: ({ metadata }, patterns) => matchesOne(metadata.software_id, patterns),
};

export const MATCH_FIELDS = Object.keys(HOLDS) as readonly Field[];

/** The fields that anybody can make hold, by what is said in a registration. */
export const SELF_ASSERTED: readonly Field[] = ['application_type', 'client_name', 'software_id'];

/** Whether nothing in a rule proves who the client is. */
export function isSelfAsserted({ match }: Pick<BaselineRule, 'match'>): boolean {
  return saidIn(match).every(([field]) => SELF_ASSERTED.includes(field));
}

/** The fields of a rule that do not hold for a client; empty when the rule is about it. */
export function unmetFields(
  { match }: Pick<BaselineRule, 'match'>,
  client: BaselineClient,
): readonly Field[] {
  return saidIn(match)
    .filter(([field, wanted]) => !HOLDS[field](client, wanted))
    .map(([field]) => field);
}

/** Whether a rule is about a client. */
export function isMatch(rule: Pick<BaselineRule, 'match'>, client: BaselineClient): boolean {
  return saidIn(rule.match).every(([field, wanted]) => HOLDS[field](client, wanted));
}

/** A copy that nobody can change, with each field as a list. */
export function frozenRule({ name, match, scopes }: BaselineRule): BaselineRule {
  const lists = saidIn(match).map(([field, wanted]) => [
    field,
    field === 'application_type' ? wanted[0] : Object.freeze([...wanted]),
  ]);
  return Object.freeze({
    name,
    match: Object.freeze(Object.fromEntries(lists) as BaselineMatch),
    scopes: Object.freeze([...scopes]),
  });
}

function saidIn(match: BaselineMatch): (readonly [Field, readonly string[]])[] {
  return MATCH_FIELDS.flatMap((field) => {
    const wanted = match[field];
    return wanted === undefined ? [] : [[field, [wanted].flat()] as const];
  });
}

function matchesOne(text: string | undefined, patterns: readonly string[]): boolean {
  return text !== undefined && patterns.some((pattern) => matchesWildcard(text, pattern));
}

/** An app on the device of a person is reached there, not on the web. */
function applicationTypeOf({ application_type, redirect_uris }: ClientMetadata): 'native' | 'web' {
  const isWeb = redirect_uris.every((uri) => {
    const url = parseUrl(uri);
    return url?.protocol === 'https:' && !isLoopbackHost(url.hostname);
  });
  return application_type ?? (isWeb ? 'web' : 'native');
}
