/**
 * The token of the identity provider, for the host's own code: fresh, or refreshed when it is asked
 * for. It never goes to a client.
 *
 * @module
 */
import { TimedOutError, within } from '../timing/within.ts';
import type { UpstreamLogin, UpstreamTokens } from '../upstream/port.ts';
import {
  findUpstreamTokens,
  sealAgain,
  type FoundUpstreamTokens,
  type KeptUpstreamTokens,
} from './kept-upstream-tokens.ts';
import { refreshUpstream, type RefreshUpstreamDeps } from './refresh-upstream.ts';
import { UpstreamTokenError } from './upstream-token-error.ts';

/** With more time than that left, a token is good for whatever the host is about to do. */
const FRESH_FOR_MS = 60_000;
/** How long a caller waits who has nothing else, and one who can do with what there is. */
const PATIENCE_MS = 10_000;
const LITTLE_PATIENCE_MS = 2_000;

/** A token of the identity provider, as the host gets it. */
export interface UpstreamToken {
  readonly accessToken: string;
  /** `bearer`, in the spelling of the provider. */
  readonly tokenType: string;
  /** What the provider granted, space-delimited; absent where it does not say. */
  readonly scope?: string;
  /** Epoch seconds; absent where the provider does not say. */
  readonly expiresAt?: number;
  /** Name of the login that it comes from. */
  readonly upstream: string;
}

/** Which token is wanted. */
export interface UpstreamTokenOptions {
  /** An access token that the provider's API has refused: another one is fetched in its place. */
  readonly insteadOf?: string;
}

export interface UpstreamTokenDeps extends RefreshUpstreamDeps {
  /** The logins elsewhere, by their names. */
  readonly upstreams: ReadonlyMap<string, UpstreamLogin>;
  /** Throws for a grant that is over, or whose client is gone or blocked. */
  readonly requireStanding: (grantId: string) => Promise<void>;
}

/** Tells the token of the login that led to a grant. */
export type UpstreamTokenOf = (
  grantId: string,
  options?: UpstreamTokenOptions,
) => Promise<UpstreamToken>;

type Refreshed = (
  grantId: string,
  login: UpstreamLogin,
  seen: FoundUpstreamTokens,
) => Promise<KeptUpstreamTokens>;

/** Callers in this process who need the same refresh share it, and its failure. */
export function createUpstreamToken(deps: UpstreamTokenDeps): UpstreamTokenOf {
  const underWay = new Map<string, Promise<KeptUpstreamTokens>>();
  const refreshed: Refreshed = (grantId, login, seen) => {
    const joined = underWay.get(grantId);
    if (joined) return joined;
    const refresh = refreshUpstream(deps, { grantId, login, seen });
    underWay.set(grantId, refresh);
    const done = (): boolean => underWay.delete(grantId);
    refresh.then(done, done);
    return refresh;
  };
  return (grantId, options = {}) => upstreamToken(deps, refreshed, grantId, options);
}

/**
 * @throws {UpstreamTokenError}
 * @throws {StoreUnavailableError}
 */
async function upstreamToken(
  deps: UpstreamTokenDeps,
  refreshed: Refreshed,
  grantId: string,
  { insteadOf }: UpstreamTokenOptions,
): Promise<UpstreamToken> {
  const [seen] = await Promise.all([
    findUpstreamTokens(deps, grantId),
    deps.requireStanding(grantId),
  ]);
  const leftMs = seen.tokens.access_token === insteadOf ? 0 : leftOf(seen.tokens, deps.now());
  if (leftMs > FRESH_FOR_MS) {
    // The next call tries again.
    if (!seen.isForAll) sealAgain(deps, grantId, seen).catch(() => undefined);
    return tokenOf(seen);
  }

  const login = deps.upstreams.get(seen.upstream);
  if (!login || seen.tokens.refresh_token === undefined) {
    if (leftMs > 0) return tokenOf(seen);
    throw new UpstreamTokenError('login_required');
  }
  const token = await freshOrSeen(deps, () => refreshed(grantId, login, seen), seen, leftMs);
  // The provider may have been waited for for seconds, and the client ended meanwhile.
  await deps.requireStanding(grantId);
  return token;
}

/** @param leftMs - How long the tokens that were seen are good. */
async function freshOrSeen(
  deps: Pick<UpstreamTokenDeps, 'now'>,
  refreshed: () => Promise<KeptUpstreamTokens>,
  seen: FoundUpstreamTokens,
  leftMs: number,
): Promise<UpstreamToken> {
  try {
    const patience = leftMs > 0 ? LITTLE_PATIENCE_MS : PATIENCE_MS;
    const fresh = await within(refreshed(), patience);
    // Whoever refreshed them was told that they are over.
    const isOver =
      fresh.tokens.refresh_token === undefined && leftOf(fresh.tokens, deps.now()) <= 0;
    if (isOver) throw new UpstreamTokenError('login_required');
    return tokenOf(fresh);
  } catch (error) {
    if (isFinal(error)) throw error;
    if (leftMs > 0) return tokenOf(seen);
    if (!(error instanceof TimedOutError)) throw error;
    throw new UpstreamTokenError('temporarily_unavailable', { cause: error });
  }
}

/** Milliseconds. One whose end is not known is good until the API says otherwise. */
function leftOf({ expires_at = Infinity }: UpstreamTokens, now: number): number {
  return expires_at - now;
}

/** Whether it is the end of the tokens that were seen, too. */
function isFinal(error: unknown): boolean {
  return error instanceof UpstreamTokenError && error.status === 401;
}

function tokenOf({ upstream, tokens }: KeptUpstreamTokens): UpstreamToken {
  const { access_token, token_type, scope, expires_at } = tokens;
  return {
    accessToken: access_token,
    tokenType: token_type,
    ...(scope !== undefined && { scope }),
    ...(expires_at !== undefined && { expiresAt: Math.floor(expires_at / 1000) }),
    upstream,
  };
}
