/**
 * `grants list`: what people have given to apps.
 *
 * @module
 */
import { parseScope } from '../protocol/scope.ts';
import { findGrants } from '../services/find-grants.ts';
import type { GrantRecord } from '../storage/store.ts';
import { JSON_OPTION, wholeNumber, type Command } from './command.ts';
import { queryOf, QUERY_OPTIONS, searchDeps, withProgress } from './grant-query.ts';
import { table } from './table.ts';
import { asciiJson, visible } from './visible.ts';

const HEADINGS = ['GRANT', 'CLIENT', 'PERSON', 'SCOPES', 'CREATED', 'LAST USED', 'EXPIRES'];
const DEFAULT_LIMIT = '1000';
const MAX_LIMIT = 1_000_000;

export const grantsList: Command = {
  name: 'grants list',
  summary: 'List what people have given to apps, and is alive',
  options: {
    ...QUERY_OPTIONS,
    limit: { type: 'string', value: 'number', help: `at most so many (default ${DEFAULT_LIMIT})` },
    json: JSON_OPTION,
  },
  notes: [
    'Of several options each must fit. Without --subject everything that is stored is looked through;',
    'the user of Redis must then be allowed to SCAN and DBSIZE, too.',
    'What a client was given that deleted itself is listed until it ends; nobody can use it.',
  ],
  async run(input, context) {
    const query = queryOf(input);
    const limit = wholeNumber(input, 'limit', DEFAULT_LIMIT, MAX_LIMIT);
    const deps = await searchDeps(await context.deployment());
    const found: GrantRecord[] = [];
    await withProgress(context, findGrants(deps, query), ({ grants }) => {
      found.push(...grants);
      return found.length > limit ? 'enough' : 'on';
    });
    const listed = found.slice(0, limit);
    if (input.flag('json')) context.answer(asciiJson(listed.map(described)));
    else if (listed.length === 0) context.explain('There are none.');
    else table(context, HEADINGS, listed.map(rowOf));
    if (found.length > limit) context.explain(`There are more than ${String(limit)}: see --limit.`);
  },
};

interface DescribedGrant {
  readonly grant_id: string;
  readonly client_id: string;
  readonly subject: string;
  readonly granted: readonly string[];
  readonly resources: readonly string[];
  readonly created_at: string;
  readonly last_used_at?: string;
  readonly expires_at: string;
}

/** Nothing that a token could be made of. */
function described(grant: GrantRecord): DescribedGrant {
  const usedAt = grant.rotated_at ?? grant.redeemed_at;
  return {
    grant_id: grant.grant_id,
    client_id: grant.client_id,
    subject: grant.subject,
    granted: parseScope(grant.granted) ?? [],
    resources: grant.resources,
    created_at: iso(grant.created_at),
    ...(usedAt !== undefined && { last_used_at: iso(usedAt) }),
    expires_at: iso(Math.min(grant.expires_at, grant.ends_at)),
  };
}

function rowOf(record: GrantRecord): string[] {
  const grant = described(record);
  return [
    grant.grant_id,
    visible(grant.client_id),
    visible(grant.subject),
    grant.granted.join(' '),
    grant.created_at,
    grant.last_used_at ?? '-',
    grant.expires_at,
  ];
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
