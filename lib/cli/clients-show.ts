/**
 * `clients show`: one client of any kind, and why it may ask for each scope or may not.
 *
 * @module
 */
import { VARIABLES } from '../options/option-variables.ts';
import type { ScopeAdvice, ScopeExplanation } from '../policy/scope-reasons.ts';
import { OAuthError } from '../protocol/errors.ts';
import type { RegisteredScope } from '../protocol/scope.ts';
import type { ClientView } from '../services/client-view.ts';
import { blockedWords, nameWords, ORIGIN_WORDS } from '../services/client-words.ts';
import { explainClient, type ClientExplanation } from '../services/explain-client.ts';
import { clientIdGiven } from './client-id.ts';
import { CommandError, JSON_OPTION, UsageError, type Command, type Context } from './command.ts';
import { deployedClients } from './deployed-clients.ts';
import { aligned, table } from './table.ts';
import { asciiJson, visible } from './visible.ts';

export const clientsShow: Command = {
  name: 'clients show',
  summary: 'Show a client, and why it may ask for each scope or may not',
  operands: '<client_id>',
  options: {
    scope: { type: 'string', value: 'scopes', help: 'explain these scopes (all there are)' },
    json: JSON_OPTION,
  },
  notes: [
    'The id may also be that of a client of DCR_CLIENTS, or the address of a metadata document,',
    'which is fetched for it. What the client says of itself nobody has checked.',
    'It goes by the environment: what the app sets in its own code is not known here.',
  ],
  async run(input, context) {
    const [client_id, ...others] = input.operands;
    if (client_id === undefined || others.length > 0) {
      throw new UsageError('clients show takes the id of one client');
    }
    const asked = scopesOf(input.texts('scope'));
    const explained = await explainedOf(context, clientIdGiven(client_id), asked);
    if (!explained) {
      throw new CommandError('there is no such client: it never was, has expired or was deleted');
    }
    if (input.flag('json')) context.answer(asciiJson(explained));
    else tell(context, explained);
  },
};

function scopesOf(texts: readonly string[]): readonly string[] | undefined {
  const scopes = texts.flatMap((text) => text.split(' ')).filter((scope) => scope !== '');
  return scopes.length > 0 ? scopes : undefined;
}

async function explainedOf(
  context: Context,
  client_id: string,
  scopes: readonly string[] | undefined,
): Promise<ClientExplanation | undefined> {
  const deps = await deployedClients(context);
  try {
    return await explainClient(deps, client_id, scopes);
  } catch (error) {
    if (error instanceof OAuthError) throw new CommandError(error.description);
    throw error;
  }
}

function tell(
  { answer, paint }: Pick<Context, 'answer' | 'paint'>,
  { client, scopes }: ClientExplanation,
): void {
  for (const line of aligned(factsOf(client), '')) answer(line);
  answer('');
  table({ answer, paint }, ['SCOPE', 'MAY ASK', 'WHY'], scopes.map(rowOf));
  const helpful = scopes.filter(({ help = [] }) => help.length > 0);
  if (helpful.length === 0) return;
  answer('');
  answer(paint('bold', 'WHAT WOULD HELP'));
  for (const { scope, help = [] } of helpful) {
    answer(visible(scope));
    for (const advice of help) answer(`  ${adviceOf(advice)}`);
  }
}

function factsOf(client: ClientView): string[][] {
  const { clientId, origin, metadata, confidential, licence, used } = client;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['client_id', visible(clientId)],
    ['kind', `${ORIGIN_WORDS[origin]}, ${confidential ? 'confidential' : 'public'}`],
    ['BLOCKED', blockedWords(client)],
    ['grants ended', client.grantsEndedAt?.toISOString()],
    ['calls itself', nameWords(client, Infinity)],
    ['software_id', metadata.software_id],
    ...metadata.redirect_uris.map((uri) => ['redirects to', uri] as const),
    ['asked for', client.requested?.join(' ') ?? 'no scope'],
    ['token allows', licence?.scopes?.join(' ')],
    ['added', client.baseline.map(({ scope, rule }) => `${scope} (${rule})`).join(' ')],
    ['registered', client.registered.map(({ scope }) => scope).join(' ')],
    ['told before', client.answered && toldBefore(client.answered)],
    ['registered on', dayOf(client.createdAt)],
    ['last use', used === undefined ? undefined : used ? client.lastUsedOn : 'never'],
    ['ends on', dayOf(client.expiresAt)],
  ];
  return facts.flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, visible(value)]],
  );
}

function toldBefore(answered: readonly RegisteredScope[]): string {
  return answered.map(({ scope }) => scope).join(' ') || 'no scope';
}

function dayOf(date: Date | undefined): string | undefined {
  return date?.toISOString().slice(0, 10);
}

function rowOf({ scope, allowed, reason, nearest, leftOut }: ScopeExplanation): string[] {
  const meant = nearest === undefined ? '' : `; did you mean ${nearest}?`;
  const fate = leftOut ? '; it is left out of what is asked for' : '';
  return [visible(scope), allowed ? 'yes' : 'no', `${reason}${fate}${meant}`];
}

function adviceOf({ option, advice }: ScopeAdvice): string {
  const variable = option && VARIABLES[option];
  return variable === undefined ? advice : `${variable}: ${advice}`;
}
