/**
 * The APIs that may ask about tokens: what the operator says of them, checked and brought into form.
 *
 * @module
 */
import { resolveResource } from '../protocol/resource.ts';
import type { ResourceServer } from '../services/introspect-token.ts';
import { isClientId } from '../storage/ids.ts';
import { sha256 } from '../tokens/digest.ts';
import { MAKE_SECRET } from './remedies.ts';

/** An API in another process, which asks about tokens by introspection (RFC 7662). */
export interface ResourceServerOption {
  /** What it calls itself when it asks: letters, digits and `._~-`, at most 128; no client has such an id. */
  readonly id: string;
  /** At least 32 characters. Either this or `secrets`. */
  readonly secret?: string;
  /** Several at once while they are changed; each is as good as the others. */
  readonly secrets?: readonly string[];
  /**
   * The resources that it may ask about: absolute URLs, or paths on the issuer's origin.
   * @default all of this server
   */
  readonly resources?: readonly string[];
}

const MAX_RESOURCE_SERVERS = 100;
const MIN_SECRET_LENGTH = 32;
const ID = /^[A-Za-z0-9._~-]{1,128}$/;
/** Both ways to send one carry it as it is. */
const SECRET = /^[\x21-\x7E]{1,512}$/;
const MEMBERS = ['id', 'secret', 'secrets', 'resources'];

/** As the host gave them; nothing about them is certain. */
interface Given {
  readonly resourceServers?: unknown;
  readonly clients?: unknown;
}

/** What is wrong with them; empty when they are fine. Nothing secret is repeated. */
export function resourceServerMessages(
  { resourceServers: given, clients = [] }: Given,
  issuer: string | undefined,
): string[] {
  if (given === undefined) return [];
  if (!Array.isArray(given) || given.length > MAX_RESOURCE_SERVERS) {
    return [
      `must be a list of at most ${String(MAX_RESOURCE_SERVERS)} resource servers, each { id, secret, resources }`,
    ];
  }
  const ids = given.map((one) => (Object(one) as Partial<ResourceServerOption>).id);
  const isRepeated = new Set(ids).size < ids.length;
  return [
    ...given.flatMap((one, nth) =>
      messagesOf(Object(one) as object, issuer).map((message) => `[${String(nth)}]${message}`),
    ),
    ...(isRepeated ? ['must have another id for each resource server'] : []),
    ...sharedSecretMessages(given),
    ...(ids.some((id) => id !== undefined && idsOf(clients).includes(id))
      ? ['must not have the id of a client: it would be taken for the resource server']
      : []),
  ];
}

/** Else one of them could pass for the other. */
function sharedSecretMessages(servers: readonly unknown[]): string[] {
  const all = servers.flatMap((given, nth) => {
    const { secret, secrets } = Object(given) as { secret?: unknown; secrets?: unknown };
    return [secret ?? secrets ?? []].flat().map((one: unknown) => ({ secret: one, nth }));
  });
  const shared = all.filter(({ secret, nth }) =>
    all.some((other) => other.secret === secret && other.nth !== nth),
  );
  const places = [...new Set(shared.map(({ nth }) => `[${String(nth)}]`))];
  return places.length === 0 ? [] : [`${places.join(' and ')} have a secret in common`];
}

function idsOf(clients: unknown): unknown[] {
  const list: unknown[] = Array.isArray(clients) ? clients : [];
  return list.map((client) => (Object(client) as { client_id?: unknown }).client_id);
}

function messagesOf(given: object, issuer: string | undefined): string[] {
  const { id, secret, secrets, resources } = given as Record<string, unknown>;
  const unknown = Object.keys(given).filter((name) => !MEMBERS.includes(name));
  const isOne = (secret === undefined) !== (secrets === undefined);
  const all: unknown[] = [secret ?? secrets ?? []].flat();
  const isId = typeof id === 'string' && ID.test(id) && !isClientId(id);
  return [
    ...(unknown.length > 0
      ? [`: has a member that nobody knows; there are ${MEMBERS.join(', ')}`]
      : []),
    ...(isId
      ? []
      : ['.id must be 1 to 128 letters, digits or ._~-, and not a UUID, as clients have']),
    ...(isOne && all.length > 0 && all.every(isSecret)
      ? []
      : [
          `: needs either secret or secrets, each of ${String(MIN_SECRET_LENGTH)} to 512 printable characters without spaces; make one with: ${MAKE_SECRET}`,
        ]),
    ...resourceMessages(resources, issuer),
  ];
}

function isSecret(value: unknown): boolean {
  return typeof value === 'string' && value.length >= MIN_SECRET_LENGTH && SECRET.test(value);
}

function resourceMessages(resources: unknown, issuer: string | undefined): string[] {
  if (resources === undefined) return [];
  const isList = Array.isArray(resources) && resources.every((one) => typeof one === 'string');
  if (!isList || resources.length === 0) {
    return ['.resources must be a list of resources; leave it out for all of them'];
  }
  // What is wrong with the issuer is said there.
  if (issuer === undefined) return [];
  return resources.flatMap((resource) => {
    try {
      resolveResource(resource, issuer);
      return [];
    } catch (error) {
      return [`.resources: ${(error as Error).message}`];
    }
  });
}

/** By their ids. Only digests of the secrets are kept. */
export function resourceServersOf(
  given: readonly ResourceServerOption[],
  issuer: string,
): ReadonlyMap<string, ResourceServer> {
  return new Map(
    given.map(({ id, secret, secrets, resources }) => [
      id,
      Object.freeze({
        id,
        secretDigests: [secret ?? secrets ?? []].flat().map(sha256),
        ...(resources && {
          resources: resources.map((resource) => resolveResource(resource, issuer)),
        }),
      }),
    ]),
  );
}
