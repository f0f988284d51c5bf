/**
 * What an operator reads of a client, in the same words on a terminal and on a page.
 *
 * @module
 */
import type { ClientView } from './client-view.ts';
import type { ClientOrigin } from './resolve-client.ts';

export const ORIGIN_WORDS: Readonly<Record<ClientOrigin, string>> = {
  registered: 'registered by itself',
  provisioned: 'of the configuration',
  metadata_document: 'known by the document at its id',
};

/** Since when a client is blocked, and why. Absent while it is not. */
export function blockedWords({ blocked }: Pick<ClientView, 'blocked'>): string | undefined {
  if (!blocked) return undefined;
  const { since, reason } = blocked;
  return `since ${since.toISOString()}${reason === undefined ? '' : `: ${reason}`}`;
}
