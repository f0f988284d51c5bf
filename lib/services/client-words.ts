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

/** As many as there is room for beside each other. */
const MAX_NAMES = 4;

/**
 * What a client calls itself, in each language: people read the name in theirs, and not the one that has
 * none (RFC 7591 §2.2).
 */
export function namesOf({ metadata }: Pick<ClientView, 'metadata'>): readonly string[] {
  const named = Object.entries<unknown>(metadata).filter(
    ([member]) => member === 'client_name' || member.startsWith('client_name#'),
  );
  return [...new Set(named.map(([, name]) => String(name)))];
}

/** The same beside each other; `undefined` for one that has no name. */
export function nameWords(
  client: Pick<ClientView, 'metadata'>,
  max: number = MAX_NAMES,
): string | undefined {
  const names = namesOf(client);
  const others = names.length - max;
  const shown = [...names.slice(0, max), ...(others > 0 ? [`and ${String(others)} more`] : [])];
  return shown.length > 0 ? shown.join(' / ') : undefined;
}

/** Since when a client is blocked, and why. Absent while it is not. */
export function blockedWords({ blocked }: Pick<ClientView, 'blocked'>): string | undefined {
  if (!blocked) return undefined;
  const { since, reason } = blocked;
  return `since ${since.toISOString()}${reason === undefined ? '' : `: ${reason}`}`;
}
