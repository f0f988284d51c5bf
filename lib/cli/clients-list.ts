/**
 * `clients list`: the clients that registered, or those of them that somebody is looking for.
 *
 * @module
 */
import { isRedirectHostEntry } from '../policy/redirect-hosts.ts';
import type { ClientView } from '../services/client-view.ts';
import { nameWords } from '../services/client-words.ts';
import { listClients, type ClientsPage, type ListClientsQuery } from '../services/list-clients.ts';
import {
  JSON_OPTION,
  single,
  UsageError,
  wholeNumber,
  type Command,
  type Context,
  type Input,
} from './command.ts';
import { listBlocked } from './clients-blocked.ts';
import { deployedClients, type DeployedClients } from './deployed-clients.ts';
import { table } from './table.ts';
import { asciiJson, visible } from './visible.ts';

const HEADINGS = ['ID', 'NAME', 'ASKED FOR', 'ADDED', 'REGISTERED', 'LAST USE'];

const DEFAULT_LIMIT = '50';
const MAX_LIMIT = 10_000;

/** What one read of ours gives. */
const PAGE = 100;

export const clientsList: Command = {
  name: 'clients list',
  summary: 'List the clients that registered, with what they asked for and what was added',
  options: {
    unused: { type: 'boolean', help: 'those that nobody has allowed anything (those in use)' },
    name: {
      type: 'string',
      value: 'pattern',
      help: 'by name in any language, in either case, with * for anything',
    },
    'redirect-host': {
      type: 'string',
      value: 'host',
      help: 'by where a redirect leads: app.example.com, *.example.com, localhost, cursor:',
    },
    scope: { type: 'string', value: 'scope', help: 'by a scope that they may ask for' },
    rule: {
      type: 'string',
      value: 'name',
      help: 'by a rule of DCR_BASELINE_RULES that added something',
    },
    blocked: {
      type: 'boolean',
      help: 'those that are blocked, of every kind; takes no other option but --json',
    },
    limit: { type: 'string', value: 'number', help: `how many at most (${DEFAULT_LIMIT})` },
    cursor: { type: 'string', value: 'text', help: 'where to go on, as the list before said' },
    json: JSON_OPTION,
  },
  notes: [
    'Those that end first come first. global stands for DCR_BASELINE_SCOPES.',
    'Clients of DCR_CLIENTS, and those that are known by a document, are in no other list: show them.',
    'For --blocked everything that is stored is looked through: the user of Redis must then be allowed to',
    'SCAN and DBSIZE. Names are what clients call themselves: nobody has checked them.',
  ],
  async run(input, context) {
    if (input.flag('blocked')) {
      const others = Object.entries(clientsList.options).filter(([option, { type }]) =>
        type === 'string'
          ? input.texts(option).length > 0
          : option === 'unused' && input.flag(option),
      );
      if (others.length > 0) throw new UsageError('--blocked goes together with --json alone');
      await listBlocked(context, input.flag('json'));
      return;
    }
    const query = queryOf(input);
    const found = await foundOf(await deployedClients(context), query, context);
    if (input.flag('json')) {
      const { clients, cursor } = found;
      context.answer(asciiJson({ clients, ...(cursor !== undefined && { cursor }) }));
      return;
    }
    if (found.clients.length === 0) context.explain('There are none.');
    else table(context, HEADINGS, found.clients.map(rowOf));
    if (found.cursor !== undefined) {
      context.explain(`There may be more: go on with --cursor '${found.cursor}'`);
    }
  },
};

type Query = ListClientsQuery & { readonly limit: number };

function queryOf(input: Input): Query {
  const named = (['name', 'scope', 'rule', 'cursor'] as const).map(
    (option) => [option, single(input, option, '')] as const,
  );
  const redirectHost = single(input, 'redirect-host', '');
  if (redirectHost !== '' && !isRedirectHostEntry(redirectHost)) {
    throw new UsageError(
      '--redirect-host must be a host such as app.example.com, *.example.com or localhost, or a scheme such as cursor:',
    );
  }
  return {
    used: !input.flag('unused'),
    limit: wholeNumber(input, 'limit', DEFAULT_LIMIT, MAX_LIMIT),
    ...Object.fromEntries(named.filter(([, value]) => value !== '')),
    ...(redirectHost !== '' && { redirectHost }),
  };
}

/** Goes on until there are enough, or no more: what one read looks through is bounded. */
async function foundOf(
  deps: DeployedClients,
  { limit, ...query }: Query,
  { progress }: Pick<Context, 'progress'>,
): Promise<Omit<ClientsPage, 'read'>> {
  const counts = await deps.clients.count();
  const shown = progress('clients', query.used === false ? counts.unused : counts.used);
  const clients: ClientView[] = [];
  let { cursor } = query;
  try {
    do {
      const more = { ...query, limit: Math.min(PAGE, limit - clients.length) };
      const page = await pageOf(deps, { ...more, ...(cursor !== undefined && { cursor }) });
      clients.push(...page.clients);
      shown.advance(page.read);
      cursor = page.cursor;
    } while (cursor !== undefined && clients.length < limit);
  } finally {
    shown.end();
  }
  return { clients, ...(cursor !== undefined && { cursor }) };
}

async function pageOf(deps: DeployedClients, query: ListClientsQuery): Promise<ClientsPage> {
  try {
    return await listClients(deps, query);
  } catch (error) {
    // It is not looked at before it is used.
    if (error instanceof TypeError && query.cursor !== undefined) {
      throw new UsageError('--cursor is not one that a list came with');
    }
    throw error;
  }
}

/** A dash: none, or nobody knows. */
function rowOf(client: ClientView): string[] {
  const { clientId, blocked, requested, baseline, createdAt, lastUsedOn } = client;
  return [
    // Not before the name, which may say the same.
    `${clientId}${blocked ? ' (blocked)' : ''}`,
    visible(nameWords(client) ?? '-'),
    requested ? visible(requested.join(' ')) : '-',
    baseline.map(({ scope }) => scope).join(' ') || '-',
    createdAt?.toISOString().slice(0, 10) ?? '-',
    lastUsedOn ?? '-',
  ];
}
