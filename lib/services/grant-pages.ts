/**
 * Every grant that is stored, page by page.
 *
 * @module
 */
import type { GrantPage, GrantStore } from '../storage/store.ts';

/**
 * From the first page to the last, as they are asked for. It takes as long as there is much, beside
 * traffic, and a page may bring again what another has brought.
 *
 * @throws {StoreUnavailableError}
 */
export async function* grantPages(
  grants: Pick<GrantStore, 'scan'>,
): AsyncGenerator<GrantPage, void, undefined> {
  let cursor: string | undefined;
  do {
    const page = await grants.scan(cursor);
    yield page;
    ({ cursor } = page);
  } while (cursor !== undefined);
}
