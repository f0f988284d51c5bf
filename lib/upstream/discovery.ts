/**
 * What a provider says of itself, fetched when it is first needed and kept for a while.
 *
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html
 * @module
 */

/** So long a document is good; providers publish keys, which change more often, elsewhere. */
const GOOD_FOR_MS = 60 * 60 * 1000;
/** So long a failure stands for those who ask next: a provider that is down is not made busier. */
const FAILED_FOR_MS = 5_000;

/** As the cause of an error: the document must not be used, whatever else is known. */
export class PoisonedDiscoveryError extends Error {
  override readonly name = 'PoisonedDiscoveryError';
}

/** Gives the document, fetched or kept. */
export type Discovery<Document> = () => Promise<Document>;

/**
 * Fetches at first use, once for all who ask at the same time. While a later fetch fails the old
 * document is used; one that must not be used ends that as well.
 *
 * @param fetchDocument - Rejects with what everybody gets to see who asks within the next seconds.
 * @param now - Milliseconds since the epoch.
 */
export function createDiscovery<Document>(
  fetchDocument: () => Promise<Document>,
  now: () => number,
): Discovery<Document> {
  let known: { readonly document: Document; readonly until: number } | undefined;
  let failed: { readonly error: unknown; readonly until: number } | undefined;
  let pending: Promise<Document> | undefined;

  async function look(): Promise<Document> {
    try {
      const document = await fetchDocument();
      known = { document, until: now() + GOOD_FOR_MS };
      failed = undefined;
      return document;
    } catch (error) {
      failed = { error, until: now() + FAILED_FOR_MS };
      if (isPoisoned(error)) known = undefined;
      if (known) return known.document;
      throw error;
    } finally {
      pending = undefined;
    }
  }

  return async () => {
    if (known && now() < known.until) return known.document;
    if (failed && now() < failed.until) {
      if (known) return known.document;
      throw failed.error;
    }
    pending ??= look();
    return pending;
  };
}

function isPoisoned(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof PoisonedDiscoveryError;
}
