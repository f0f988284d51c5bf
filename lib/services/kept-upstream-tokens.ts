/**
 * The tokens of an identity provider, as they are kept: sealed, for one grant.
 *
 * @module
 */
import type { UpstreamTokenStore } from '../storage/store.ts';
import type { Envelopes } from '../tokens/envelope.ts';
import type { UpstreamTokens } from '../upstream/port.ts';
import { openFor, sealFor } from './seal-for-grant.ts';
import { UpstreamTokenError } from './upstream-token-error.ts';

/** Whose tokens, and which. */
export interface KeptUpstreamTokens {
  /** Name of the login. */
  readonly upstream: string;
  readonly tokens: UpstreamTokens;
}

/** The same, with the text that they were found in: another text means that somebody replaced them. */
export interface FoundUpstreamTokens extends KeptUpstreamTokens {
  readonly sealed: string;
  /** Whether they are sealed under every secret of this instance, and under no other. */
  readonly isForAll: boolean;
}

const SEAL_AGAIN_WITHIN_MS = 5_000;

export function sealUpstreamTokens(
  envelopes: Pick<Envelopes, 'seal'>,
  grantId: string,
  kept: KeptUpstreamTokens,
): string {
  return sealFor(envelopes, 'upstream_tokens', grantId, kept);
}

/** @throws {OAuthError} `temporarily_unavailable`: the text does not open. */
export function openUpstreamTokens(
  envelopes: Pick<Envelopes, 'open'>,
  grantId: string,
  sealed: string,
): FoundUpstreamTokens {
  const { value, isForAll } = openFor(envelopes, 'upstream_tokens', grantId, sealed);
  // Nobody else can have sealed it.
  return { ...(value as KeptUpstreamTokens), sealed, isForAll };
}

export interface FindUpstreamTokensDeps {
  readonly upstreamTokens: Pick<UpstreamTokenStore, 'find'>;
  readonly envelopes: Pick<Envelopes, 'open'>;
}

/**
 * @throws {UpstreamTokenError} `no_upstream_token` when the grant is over, or has none;
 * `login_required` when they were sealed under a secret that is gone, for that does not pass;
 * `temporarily_unavailable` when they do not open.
 * @throws {StoreUnavailableError}
 */
export async function findUpstreamTokens(
  { upstreamTokens, envelopes }: FindUpstreamTokensDeps,
  grantId: string,
): Promise<FoundUpstreamTokens> {
  const sealed = await upstreamTokens.find(grantId);
  if (sealed === undefined) throw new UpstreamTokenError('no_upstream_token');
  try {
    return openUpstreamTokens(envelopes, grantId, sealed);
  } catch (cause) {
    const code = isOfAnotherSecret(cause) ? 'login_required' : 'temporarily_unavailable';
    throw new UpstreamTokenError(code, { cause });
  }
}

function isOfAnotherSecret(error: unknown): boolean {
  const { cause } = Object(error) as { cause?: unknown };
  return (Object(cause) as { situation?: unknown }).situation === 'unknown secret';
}

/**
 * Seals tokens under the secrets of today. Those that nobody refreshes would otherwise stay under the
 * secrets of the login, and not open when these are taken away. Whoever holds the lock seals them.
 */
export async function sealAgain(
  deps: FindUpstreamTokensDeps & {
    readonly upstreamTokens: Pick<UpstreamTokenStore, 'lock' | 'replace' | 'unlock'>;
    readonly envelopes: Pick<Envelopes, 'seal'>;
    readonly newRequestId: () => string;
  },
  grantId: string,
  { upstream, tokens, sealed }: FoundUpstreamTokens,
): Promise<void> {
  const { upstreamTokens, envelopes, newRequestId } = deps;
  const owner = newRequestId();
  if (!(await upstreamTokens.lock(grantId, owner, SEAL_AGAIN_WITHIN_MS))) return;
  // Since the lock is ours nobody else replaces them.
  if ((await upstreamTokens.find(grantId)) !== sealed) {
    await upstreamTokens.unlock(grantId, owner);
    return;
  }
  const again = sealUpstreamTokens(envelopes, grantId, { upstream, tokens });
  await upstreamTokens.replace(grantId, { owner, sealed: again, requestId: newRequestId() });
}
