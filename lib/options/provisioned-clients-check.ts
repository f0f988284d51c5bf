/**
 * Checking the clients of the configuration: everything that is wrong with all of them, at once.
 *
 * @module
 */
import type { AuthorizationServerOptions } from './options.ts';
import { clientMessages, isId, type Given } from './provisioned-client-check.ts';

/** What is wrong with them; empty when they are fine. */
export function provisionedClientMessages(options: Partial<AuthorizationServerOptions>): string[] {
  const { clients = [] }: { readonly clients?: unknown } = options;
  if (!Array.isArray(clients)) return ['must be a list of clients'];
  const isObject = (entry: unknown): boolean =>
    typeof entry === 'object' && entry !== null && !Array.isArray(entry);
  const others = clients.flatMap((entry, i) => (isObject(entry) ? [] : [i + 1]));
  const entries = clients.flatMap((given: Given, i) =>
    isObject(given) ? [{ given, name: nameOf(given, i) }] : [],
  );
  return [
    ...others.map((place) => `client ${String(place)}: must be an object`),
    ...entries.flatMap(({ given, name }) =>
      clientMessages(given, options).map((message) => `${name}: ${message}`),
    ),
    ...repeated(
      entries.flatMap(({ given }) => (isId(given['client_id']) ? given['client_id'] : [])),
    ).map((id) => `client ${JSON.stringify(id)} is there twice`),
    ...sharedSecretMessages(entries),
  ];
}

/** By its id, or by its place where the id is none. */
function nameOf({ client_id }: Given, index: number): string {
  return `client ${isId(client_id) ? JSON.stringify(client_id) : String(index + 1)}`;
}

/** Else one of them could pass for the other. */
function sharedSecretMessages(entries: readonly { given: Given; name: string }[]): string[] {
  const all = entries.flatMap(({ given, name }) =>
    [given['client_secret'] ?? []].flat().map((secret: unknown) => ({ secret, name })),
  );
  const shared = all.filter(({ secret, name }) =>
    all.some((other) => other.secret === secret && other.name !== name),
  );
  const names = [...new Set(shared.map(({ name }) => name))];
  return names.length === 0 ? [] : [`${names.join(' and ')} have a client_secret in common`];
}

function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, i) => values.indexOf(value) !== i))];
}
