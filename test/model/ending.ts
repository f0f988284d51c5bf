/**
 * What ends grants: by the client, by the person, and by the operator.
 */
import supertest from 'supertest';
import { endClientGrants } from '../../lib/services/decide-on-client.ts';
import { manage } from '../support/management.ts';
import { eventOf, type Held, type HeldPage } from './held.ts';
import { answered, type Request, type Step } from './requests.ts';
import { GRANT_TTL } from './settings.ts';
import { aliveGrant, isKnown, withClient, withGrant, type World } from './world.ts';

/** A token and the client that it is sent by, at the endpoint for revocation. */
export function revoking(held: Held, page: HeldPage, token: string, client: number): Request {
  const { number } = page;
  return {
    label: `client ${String(client)} revokes ${String(number)}`,
    async send({ app }) {
      const { client_id } = held.clientAt(client);
      const { status } = await supertest(app)
        .post('/oauth/revoke')
        .type('form')
        .send({ client_id, token });
      return String(status);
    },
    begin(world, { now }) {
      if (!isKnown(world, client)) return answered(world, '401');
      if (!aliveGrant(world, number, now) || client !== page.client) return answered(world, '200');
      return ended(world, [number], 'client', '200');
    },
  };
}

/** All of them in one step: whatever else is under way asks for one of them alone. */
function ended(
  world: World,
  numbers: readonly number[],
  by: string,
  answer: string,
): readonly Step[] {
  if (numbers.length === 0) return answered(world, answer);
  const event = numbers.map((number) => eventOf('grant.revoked', by, number));
  const without = (then: World): World =>
    numbers.reduce((left, number) => withGrant(left, number, undefined), then);
  return [{ world, next: (then) => [{ world: without(then), answer, event }] }];
}

/** @param page - The grant that is meant; absent: all that the person has given. */
export function takingBack(
  page: HeldPage | undefined,
  subject: 'alice' | 'bob',
  by: 'person' | 'operator',
): Request {
  return {
    label: `what ${subject} gave is taken back by the ${by}: ${String(page?.number ?? 'all')}`,
    async send({ server }) {
      const which = page && { grantId: page.grantId };
      return String(await server.grants.revoke({ subject, by, ...which }));
    },
    begin(world, { now }) {
      const all = Object.keys(world.grants).map(Number);
      const meant = subject === 'alice' ? (page ? [page.number] : all) : [];
      const found = meant.filter((number) => aliveGrant(world, number, now));
      return ended(world, found, by, String(found.length));
    },
  };
}

/** What an operator decides about a client. */
export type Decision = 'block' | 'unblock' | 'delete' | 'end';

export function deciding(held: Held, client: number, decision: Decision): Request {
  const label = `the operator: ${decision} client ${String(client)}`;
  const clientId = (): string => held.clientAt(client).client_id;
  const told = (name: Parameters<typeof eventOf>[0]): string =>
    eventOf(name, 'operator', `client ${String(client)}`);
  switch (decision) {
    case 'block':
      return {
        label,
        send: async ({ server }) => String(await server.clients.block(clientId())),
        begin(world, { now }) {
          const isNew = world.clients[client]?.isBlocked !== true;
          const blocked = withClient(world, client, { isBlocked: true, over: now });
          return [{ world: blocked, answer: String(isNew), event: told('client.blocked') }];
        },
      };
    case 'unblock':
      return {
        label,
        send: async ({ server }) => String(await server.clients.unblock(clientId())),
        begin(world, { now }) {
          if (world.clients[client]?.isBlocked !== true) return answered(world, 'false');
          const open = withClient(world, client, { isBlocked: false, over: now });
          return [{ world: open, answer: 'true', event: told('client.unblocked') }];
        },
      };
    case 'delete':
      return {
        label,
        send: async ({ server }) => String(await server.clients.delete(clientId())),
        begin(world, { now }) {
          if (world.clients[client]?.isThere !== true) return answered(world, 'false');
          const event = told('client.deleted');
          const remove = (then: World): readonly Step[] => [
            { world: withClient(then, client, { isThere: false }), answer: 'true', event },
          ];
          const end = (then: World): readonly Step[] => [
            { world: withClient(then, client, { over: now }), next: remove },
          ];
          return [{ world, next: end }];
        },
      };
    case 'end':
      return {
        label,
        async send({ store: { clientStates } }) {
          const deps = { clientStates, grantMaxTtlMs: GRANT_TTL * 1000, emit: () => undefined };
          await endClientGrants(deps, clientId());
          return 'done';
        },
        begin: (world, { now }) => [
          { world: withClient(world, client, { over: now }), answer: 'done' },
        ],
      };
  }
}

/** The client ends its own registration (RFC 7592 §2.3). */
export function leaving(held: Held, client: number): Request {
  return {
    label: `client ${String(client)} deletes its registration`,
    async send({ app }) {
      return String((await manage(app, 'delete', held.clientAt(client))).status);
    },
    begin(world) {
      if (!isKnown(world, client)) return answered(world, '401');
      const event = eventOf('client.deleted', 'client', `client ${String(client)}`);
      const next = (then: World): readonly Step[] => [
        { world: withClient(then, client, { isThere: false }), answer: '204', event },
      ];
      return [{ world, next }];
    },
  };
}
