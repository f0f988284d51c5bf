/**
 * At which of several identity providers a person logs in.
 *
 * @module
 */
import type { UpstreamLogin } from '../upstream/port.ts';

/** The upstream logins by name; absent where the host has the login. */
export type Upstreams = ReadonlyMap<string, UpstreamLogin>;

/** What a request says of where the person may belong. */
export interface UpstreamHints {
  /** The name of a login. */
  readonly idp_hint?: string;
  /** What the client believes the person is called: may be an e-mail address. */
  readonly login_hint?: string;
}

/** The only one, or the one that the hints mean; `undefined` when the person has to choose. */
export function chooseUpstream(
  upstreams: Upstreams,
  { idp_hint, login_hint }: UpstreamHints,
): UpstreamLogin | undefined {
  const all = [...upstreams.values()];
  const [only] = all;
  if (all.length === 1) return only;
  const named = idp_hint === undefined ? undefined : upstreams.get(idp_hint);
  return named ?? byDomain(all, login_hint);
}

/** Only when a single login claims the domain. */
function byDomain(
  all: readonly UpstreamLogin[],
  login_hint: string | undefined,
): UpstreamLogin | undefined {
  const domain = /@([^@\s]+)$/.exec(login_hint ?? '')?.[1]?.toLowerCase();
  const claiming = all.filter(({ domains }) => domain !== undefined && domains.includes(domain));
  return claiming.length === 1 ? claiming[0] : undefined;
}
