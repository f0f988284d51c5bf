/**
 * Refreshing the tokens of an identity provider: one instance does, the others wait for its result.
 *
 * A provider that rotates refresh tokens takes a second use of one for a theft. So whoever refreshes
 * holds a lock that is longer than the provider is waited for, and what came of it is written by the
 * holder only. It goes on when whoever asked has lost patience.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-6
 * @see https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2
 * @module
 */
import type { Logger } from '../operations/logger.ts';
import type { ReplaceUpstreamOutcome, UpstreamTokenStore } from '../storage/store.ts';
import { untilSeen } from '../timing/looking.ts';
import { within } from '../timing/within.ts';
import type { Envelopes } from '../tokens/envelope.ts';
import type { UpstreamLogin, UpstreamTokens } from '../upstream/port.ts';
import {
  findUpstreamTokens,
  sealUpstreamTokens,
  type FoundUpstreamTokens,
  type KeptUpstreamTokens,
} from './kept-upstream-tokens.ts';
import { revokeAt } from './revoke-upstream.ts';
import { UpstreamTokenError } from './upstream-token-error.ts';

/** So long a provider is waited for, all its requests together. */
const REFRESH_WITHIN_MS = 20_000;
/** Longer than that, by what writing the result may take. */
const LOCK_TTL_MS = 30_000;
const LOOK_EVERY_MS = 100;
/** Losing a refresh token that has been rotated costs a login: it is worth a few attempts. */
const WRITE_AGAIN = { everyMs: 200, withinMs: 2_000 };

export interface RefreshUpstreamDeps {
  readonly upstreamTokens: UpstreamTokenStore;
  readonly envelopes: Envelopes;
  readonly logger: Logger;
  /** Milliseconds since the epoch on this instance's clock, as in {@link UpstreamTokens}. */
  readonly now: () => number;
  readonly newRequestId: () => string;
}

/** What is to be refreshed, and by whom. */
export interface UpstreamRefresh {
  readonly grantId: string;
  readonly login: UpstreamLogin;
  readonly seen: FoundUpstreamTokens;
}

/**
 * Newer tokens than those that were seen, whoever fetched them.
 *
 * @throws {UpstreamTokenError}
 * @throws {StoreUnavailableError}
 */
export async function refreshUpstream(
  deps: RefreshUpstreamDeps,
  refresh: UpstreamRefresh,
): Promise<KeptUpstreamTokens> {
  const { grantId, seen } = refresh;
  const look = async (): Promise<KeptUpstreamTokens | undefined> => {
    const owner = deps.newRequestId();
    const isOurs = await deps.upstreamTokens.lock(grantId, owner, LOCK_TTL_MS);
    try {
      // With the lock, too: somebody may have been quicker.
      const found = await findUpstreamTokens(deps, grantId);
      if (found.sealed !== seen.sealed) return found;
      return isOurs ? await refreshLocked(deps, refresh, owner) : undefined;
    } finally {
      // Where this does not arrive, the lock ends by itself.
      if (isOurs) deps.upstreamTokens.unlock(grantId, owner).catch(() => undefined);
    }
  };
  // The lock of an instance that died ends within this time.
  const waiting = { everyMs: LOOK_EVERY_MS, withinMs: LOCK_TTL_MS + LOOK_EVERY_MS };
  const newer = await untilSeen(look, waiting);
  if (newer) return newer;
  throw new UpstreamTokenError('temporarily_unavailable');
}

async function refreshLocked(
  deps: RefreshUpstreamDeps,
  refresh: UpstreamRefresh,
  owner: string,
): Promise<KeptUpstreamTokens> {
  const { login, seen } = refresh;
  let tokens: UpstreamTokens;
  try {
    tokens = await within(login.refresh(seen.tokens), REFRESH_WITHIN_MS);
  } catch (cause) {
    if (isOver(cause)) return endTokens(deps, refresh, owner, cause);
    deps.logger.warn('upstream tokens not refreshed', {
      code: 'ERR_DCR_UPSTREAM_NOT_REFRESHED',
      ...fieldsOf(refresh),
      error: cause,
    });
    throw new UpstreamTokenError('temporarily_unavailable', { cause });
  }
  return keep(deps, refresh, owner, tokens);
}

/** New tokens, kept where the next refresh finds them. */
async function keep(
  deps: RefreshUpstreamDeps,
  refresh: UpstreamRefresh,
  owner: string,
  tokens: UpstreamTokens,
): Promise<KeptUpstreamTokens> {
  const { grantId, login, seen } = refresh;
  const fresh = { upstream: seen.upstream, tokens };
  let outcome: ReplaceUpstreamOutcome;
  try {
    outcome = await write(deps, refresh, owner, tokens);
  } catch (error) {
    // They are good all the same. A refresh token that was rotated and is not kept costs a login later.
    const isRotated = tokens.refresh_token !== seen.tokens.refresh_token;
    if (isRotated)
      deps.logger.warn('upstream tokens not kept', {
        code: 'ERR_DCR_UPSTREAM_NOT_KEPT',
        ...fieldsOf(refresh),
        error,
      });
    return fresh;
  }
  switch (outcome) {
    case 'done':
      deps.logger.debug('upstream tokens refreshed', fieldsOf(refresh));
      return fresh;
    case 'lost':
      return (await newerThan(deps, refresh)) ?? fresh;
    case 'gone':
      // The grant ended meanwhile: nobody else knows of these tokens.
      void revokeAt(deps, grantId, login, tokens);
      throw new UpstreamTokenError('no_upstream_token');
  }
}

/** The provider wants to see the person: nobody has to ask it again. */
async function endTokens(
  deps: RefreshUpstreamDeps,
  refresh: UpstreamRefresh,
  owner: string,
  cause: unknown,
): Promise<KeptUpstreamTokens> {
  const outcome = await write(deps, refresh, owner, ended(refresh.seen.tokens, deps.now()));
  // Whoever has the lock by now may have used the refresh token before us.
  const newer = outcome === 'lost' ? await newerThan(deps, refresh) : undefined;
  if (newer) return newer;
  deps.logger.debug('upstream refresh token refused', fieldsOf(refresh));
  throw new UpstreamTokenError('login_required', { cause });
}

async function newerThan(
  deps: RefreshUpstreamDeps,
  { grantId, seen }: UpstreamRefresh,
): Promise<KeptUpstreamTokens | undefined> {
  const found = await findUpstreamTokens(deps, grantId);
  return found.sealed === seen.sealed ? undefined : found;
}

/** A few attempts under one id: one whose answer was lost is not written twice. */
async function write(
  { upstreamTokens, envelopes, newRequestId }: RefreshUpstreamDeps,
  { grantId, seen }: UpstreamRefresh,
  owner: string,
  tokens: UpstreamTokens,
): Promise<ReplaceUpstreamOutcome> {
  const sealed = sealUpstreamTokens(envelopes, grantId, { upstream: seen.upstream, tokens });
  const replace = { owner, sealed, requestId: newRequestId() };
  let failure: unknown;
  const outcome = await untilSeen<ReplaceUpstreamOutcome>(
    () =>
      upstreamTokens.replace(grantId, replace).catch((error: unknown) => {
        failure = error;
        return undefined;
      }),
    WRITE_AGAIN,
  );
  if (outcome !== undefined) return outcome;
  throw failure;
}

/** Not to be refreshed any more; what is left of them can still be revoked. */
function ended({ refresh_token: _, ...tokens }: UpstreamTokens, now: number): UpstreamTokens {
  return { ...tokens, expires_at: Math.min(tokens.expires_at ?? now, now) };
}

/** By its code, for two copies of the port may meet in one process. */
function isOver(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === 'invalid_grant';
}

function fieldsOf({ grantId, login }: UpstreamRefresh): Readonly<Record<string, unknown>> {
  return { grant_id: grantId, upstream: login.name };
}
