import { describe, expect, it } from '@jest/globals';
import type { AuditEvent } from '../../lib/operations/audit-events.ts';
import type { AuthorizationServer } from '../../lib/authorization-server.ts';
import { createTestApp } from '../support/app.ts';
import { createAuditRecorder } from '../support/audit-recorder.ts';
import { obtainTokens } from '../support/flow.ts';

const IMPORTED = { client_id: 'theirs', redirect_uris: ['https://app.example.com/cb'] };
const subject = 'alice';
type Act = (server: AuthorizationServer, clientId: string, operator?: string) => Promise<unknown>;

/** What the app's code can do in the name of an operator. */
const ACTS: readonly { readonly name: AuditEvent['name']; readonly act: Act }[] = [
  {
    name: 'client.blocked',
    act: ({ clients }, id, operator) => clients.block(id, { operator }),
  },
  {
    name: 'client.unblocked',
    act: async ({ clients }, id, operator) => {
      await clients.block(id);
      return clients.unblock(id, { operator });
    },
  },
  {
    name: 'client.deleted',
    act: ({ clients }, id, operator) => clients.delete(id, { operator }),
  },
  {
    name: 'client.imported',
    act: ({ clients }, _id, operator) => clients.import(IMPORTED, { operator }),
  },
  {
    name: 'registration.closed',
    act: ({ clients }, _id, operator) => clients.closeRegistration({ operator }),
  },
  {
    name: 'registration.opened',
    act: async ({ clients }, _id, operator) => {
      await clients.closeRegistration();
      return clients.openRegistration({ operator });
    },
  },
  {
    name: 'grant.revoked',
    act: ({ grants }, _id, operator) => grants.revoke({ subject, by: 'operator', operator }),
  },
];

describe('who of the operators it was', () => {
  it.each(
    ACTS.flatMap(({ name, act }) =>
      ['', 'a'.repeat(201), 7 as unknown as string].map((operator) => ({ name, act, operator })),
    ),
  )('is refused before $name when it is no name: $operator', async ({ name, act, operator }) => {
    const audit = createAuditRecorder();
    const { app, server } = createTestApp({ options: { onEvent: audit.onEvent } });
    const { client_id } = await obtainTokens(app, 'openid');
    audit.forget();
    await expect(act(server, client_id, operator)).rejects.toThrow(
      'operator must be a text of 1 to 200 characters',
    );
    expect(audit.events.filter((event) => event.name === name)).toEqual([]);
  });

  it('is refused where a person takes back what they gave', async () => {
    const { server } = createTestApp();
    await expect(server.grants.revoke({ subject, operator: 'bob' })).rejects.toThrow(
      "grants.revoke: operator goes with by: 'operator'",
    );
  });

  it.each(ACTS)(
    'stands in $name when the app says it, and not otherwise',
    async ({ name, act }) => {
      for (const operator of ['bob', undefined]) {
        const audit = createAuditRecorder();
        const { app, server } = createTestApp({ options: { onEvent: audit.onEvent } });
        const { client_id } = await obtainTokens(app, 'openid');
        await act(server, client_id, operator);
        const told = audit.events.filter((event) => event.name === name);
        expect(told.map((event) => [event.by, event.operator])).toEqual([['operator', operator]]);
      }
    },
  );

  it('cannot forge a line (LOG-01)', async () => {
    const audit = createAuditRecorder();
    const { server, log } = createTestApp({ options: { onEvent: audit.onEvent } });
    await server.clients.block('somebody', { operator: 'bob\n\u001b[2J{"by":"server"}' });
    expect(audit.events[0]?.operator).toBe('bob<U+000A><U+001B>[2J{"by":"server"}');
    expect(log.text()).toContain('bob<U+000A><U+001B>[2J');
  });
});
