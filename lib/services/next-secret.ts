/**
 * What becomes of a client's secret when its registration is updated.
 *
 * A client that sends the secret it has keeps it. One that leaves it out gets another, for what is left
 * out of an update is to be deleted (RFC 7592 §2.2), and the one before goes on for a while: whatever
 * still has it needs time to learn the new one. Nobody chooses a secret.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7592#section-2.2
 * @module
 */
import { invalid } from '../protocol/metadata-members.ts';
import type { ClientRecord, PreviousDigest } from '../storage/store.ts';
import { isSameText, sha256 } from '../tokens/digest.ts';
import { OVERLAP_MS } from './managed-client.ts';

/** What is kept of a client's secrets. */
export type KeptSecrets = Pick<ClientRecord, 'secret_digest' | 'previous_secret'>;

export interface SecretUpdate {
  /** What the update says; a client that has none must not say any. */
  readonly sent: unknown;
  /** What it would get, were it to get one: the same each time the same update is repeated. */
  readonly offered: string;
  /** The store's clock. */
  readonly now: number;
}

export interface NextSecret {
  readonly kept: KeptSecrets;
  /** What the answer says. */
  readonly client_secret: string;
}

/** @throws {OAuthError} `invalid_client_metadata` for a secret that is not one of the client's. */
export function nextSecret(record: KeptSecrets, { sent, offered, now }: SecretUpdate): NextSecret {
  const { secret_digest, previous_secret } = record;
  const standing = previous_secret && now < previous_secret.ends_at ? previous_secret : undefined;
  const isIts = sentSecret(record, sent, now);
  const same = { secret_digest, previous_secret: standing };
  if (typeof sent === 'string' && isIts === 'current') {
    return { kept: withoutUndefined(same), client_secret: sent };
  }
  // Asked again, for the answer was lost: the secret of that answer is the one that counts.
  const digest = sha256(offered);
  if (digest === secret_digest) return { kept: withoutUndefined(same), client_secret: offered };
  const previous = isIts === 'previous' ? standing : endingAt(secret_digest, now + OVERLAP_MS);
  return {
    kept: withoutUndefined({ secret_digest: digest, previous_secret: previous }),
    client_secret: offered,
  };
}

/** @throws {OAuthError} `invalid_client_metadata` for a secret that is none of them. */
export function sentSecret(
  { secret_digest, previous_secret }: KeptSecrets,
  sent: unknown,
  now: number,
): 'none' | 'current' | 'previous' {
  if (sent === undefined || sent === null) return 'none';
  const given = sha256(typeof sent === 'string' ? sent : '');
  if (secret_digest !== undefined && isSameText(secret_digest, given)) return 'current';
  const isPrevious = previous_secret && isSameText(previous_secret.digest, given);
  if (isPrevious && now < previous_secret.ends_at) return 'previous';
  throw invalid('client_secret must be the one that the client has: it cannot be chosen');
}

function endingAt(digest: string | undefined, ends_at: number): PreviousDigest | undefined {
  return digest === undefined ? undefined : { digest, ends_at };
}

function withoutUndefined({
  secret_digest,
  previous_secret,
}: {
  readonly [Name in keyof KeptSecrets]: KeptSecrets[Name] | undefined;
}): KeptSecrets {
  return {
    ...(secret_digest !== undefined && { secret_digest }),
    ...(previous_secret && { previous_secret }),
  };
}
