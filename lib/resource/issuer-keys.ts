/**
 * The keys of an authorization server, as far as they are known here.
 *
 * They are fetched when they are first needed and once for all who wait. They are asked for again when
 * they are old, and when a token names a key that is not among them: but not each time, for anybody can
 * write a name into a token. While the server does not answer, keys that were good go on being good for
 * a while; with them, or without, nobody waits for it more often than now and then.
 *
 * Not `createRemoteJWKSet` of jose: with a server that is down, each request would wait for it, keys that
 * were fetched eleven minutes ago would be of no use, and a failure would look like a token that is not
 * good.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9068#section-4
 * @module
 */
import { describeError, type Logger } from '../operations/logger.ts';
import { OAuthError } from '../protocol/errors.ts';
import type { FindKey } from '../tokens/access-token-verifier.ts';
import type { PublishedKeySet } from '../tokens/published-key-set.ts';
import { AnotherIssuerError } from './ask-issuer.ts';

const CANNOT_BE_HAD =
  'the keys of the issuer cannot be had: requests are answered 503 (is the issuer the one of the server, and can this process reach it?)';

/** A key that was taken out is believed at most so much longer. */
const FRESH_MS = 10 * 60_000;
/** And so long when nobody can say whether it was. */
const STALE_MS = 24 * 60 * 60_000;
/** So long a name that is not among the keys does not make us ask again. */
const COOLDOWN_MS = 30_000;
/** So long a failure stands for those who ask next: without any keys, and with some that will do. */
const REST_MS = { without: 5_000, with: 30_000 };

export interface IssuerKeysDeps {
  /** Rejects when nothing was to be had, for whatever reason. */
  readonly ask: () => Promise<PublishedKeySet>;
  readonly issuer: string;
  readonly logger: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

interface Known {
  readonly keys: PublishedKeySet;
  readonly askedAt: number;
}

/** @returns A function that throws an {@link OAuthError}, `temporarily_unavailable`, while it cannot tell. */
export function createIssuerKeys({ ask, issuer, logger, now }: IssuerKeysDeps): FindKey {
  let known: Known | undefined;
  let failedAt: number | undefined;
  let pending: Promise<void> | undefined;

  async function look(): Promise<void> {
    try {
      known = { keys: await ask(), askedAt: now() };
      if (failedAt !== undefined) logger.info('the keys of the issuer are known again', { issuer });
      failedAt = undefined;
    } catch (cause) {
      // Once for each time that it is away, and not for each who asks.
      if (failedAt === undefined) {
        logger.error(CANNOT_BE_HAD, {
          code: 'ERR_DCR_ISSUER_KEYS',
          issuer,
          cause: describeError(cause),
        });
      }
      failedAt = now();
      if (cause instanceof AnotherIssuerError) known = undefined;
    } finally {
      pending = undefined;
    }
  }

  /** Whether asking now is better than what is known. */
  function isDue(kid: string): boolean {
    const isThere = known?.keys.has(kid) === true;
    if (failedAt !== undefined && now() < failedAt + (isThere ? REST_MS.with : REST_MS.without)) {
      return false;
    }
    return known === undefined || now() >= known.askedAt + (isThere ? FRESH_MS : COOLDOWN_MS);
  }

  return async (kid) => {
    if (isDue(kid)) {
      pending ??= look();
      await pending;
    }
    const isUsable = known !== undefined && now() < known.askedAt + FRESH_MS + STALE_MS;
    const key = isUsable ? known?.keys.get(kid) : undefined;
    // A name that is not there may be one that nobody could tell us of.
    if (key === undefined && failedAt !== undefined) throw unavailable();
    return key;
  };
}

/** A client that is told its token is not good would give it up. */
function unavailable(): OAuthError {
  return new OAuthError(
    'temporarily_unavailable',
    'the keys of the authorization server cannot be had at the moment',
    { isPlanned: true },
  );
}
