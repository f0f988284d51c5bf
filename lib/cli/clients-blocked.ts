/**
 * The clients that are blocked, whatever kind they are and whether or not anybody knows them.
 *
 * @module
 */
import type { ClientState, ClientStateStore } from '../storage/store.ts';
import type { Context } from './command.ts';
import { withProgress } from './grant-query.ts';
import { table } from './table.ts';
import { asciiJson, visible } from './visible.ts';

const HEADINGS = ['ID', 'SINCE', 'REASON'];

/** For `clients list --blocked`. What was blocked last comes first. */
export async function listBlocked(context: Context, isJson: boolean): Promise<void> {
  const { store } = await context.deployment();
  // Once each: a page may bring one again.
  const found = new Map<string, BlockedRow>();
  await withProgress(context, pagesOf(store.clientStates), ({ states }) => {
    for (const { client_id, blocked } of states) {
      if (blocked) found.set(client_id, { client_id, ...blocked });
    }
    return 'on';
  });
  const rows = [...found.values()].sort((a, b) => b.since - a.since);
  if (isJson) context.answer(asciiJson({ clients: rows.map(described) }));
  else if (rows.length === 0) context.explain('There are none.');
  else table(context, HEADINGS, rows.map(rowOf));
}

type BlockedRow = Pick<ClientState, 'client_id'> & NonNullable<ClientState['blocked']>;

async function* pagesOf(
  states: Pick<ClientStateStore, 'scan'>,
): AsyncGenerator<Awaited<ReturnType<ClientStateStore['scan']>>, void, undefined> {
  let cursor: string | undefined;
  do {
    const page = await states.scan(cursor);
    yield page;
    ({ cursor } = page);
  } while (cursor !== undefined);
}

/** Named as in the other lists of clients. */
function described({ client_id: clientId, since, reason }: BlockedRow): object {
  return { clientId, blocked: { since: new Date(since).toISOString(), reason } };
}

function rowOf({ client_id, since, reason }: BlockedRow): string[] {
  return [visible(client_id), new Date(since).toISOString(), visible(reason ?? '-')];
}
