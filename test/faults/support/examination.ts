/**
 * What is left at the end of a run, found out through the endpoints: which clients are known, which
 * grants live, and what an older token of theirs is worth.
 *
 * @module
 */
import { setTimeout as wait } from 'node:timers/promises';
import { authorizationQuery, createPkce, REDIRECT_URI } from '../../support/flow.ts';
import type { Answer, Ask, HttpClient } from './http-client.ts';
import { generationOf, grantOf, type TrafficRecord } from './record.ts';
import type { Target } from './recorder.ts';

export interface ExaminedClient {
  readonly client_id: string;
  /** Both the authorization and the token endpoint know it. */
  readonly isKnown: boolean;
}

export interface ExaminedGrant {
  readonly grant: string;
  /** Whether the latest token that was given still works. */
  readonly isAlive: boolean;
  /** Whether the code, which was redeemed, could be redeemed again. */
  readonly isCodeAlive: boolean;
  /** Tokens of this grant that worked beside the one that followed the latest. */
  readonly alsoAlive: number;
}

export interface Examination {
  readonly clients: readonly ExaminedClient[];
  readonly grants: readonly ExaminedGrant[];
}

/** How many are looked at side by side. */
const SIDE_BY_SIDE = 8;
const TRIES = 5;

export async function examine(
  { entries }: TrafficRecord,
  http: HttpClient,
  targets: readonly Target[],
): Promise<Examination> {
  let turn = 0;
  /** A machine that is busy may need another try, as a client would make. */
  const send = async (what: Ask): Promise<Answer> => {
    for (let tries = 1; ; tries += 1) {
      const answer = await http.send(nextOrigin(), what);
      if (answer.status !== 503 || tries === TRIES) return answer;
      await wait(200);
    }
  };
  const ask = (form: Readonly<Record<string, string>>): Promise<Answer> =>
    send({ method: 'POST', path: '/oauth/token', form });
  const nextOrigin = (): string => {
    turn += 1;
    return targets[turn % targets.length]?.origin ?? '';
  };

  const client = async (client_id: string): Promise<ExaminedClient> => {
    const query = authorizationQuery(client_id, createPkce());
    const begun = await send({ path: `/oauth/authorize?${query}` });
    const refused = await ask({ grant_type: 'refresh_token', client_id, refresh_token: 'none' });
    const isKnown = begun.status === 302 && refused.text.includes('"invalid_grant"');
    return { client_id, isKnown };
  };

  const grant = async (
    [id, { client_id, tokens, code }]: [string, Kept],
    index: number,
  ): Promise<ExaminedGrant> => {
    const refresh = (refresh_token: string): Promise<Answer> =>
      ask({ grant_type: 'refresh_token', client_id, refresh_token });
    const [latest = '', ...older] = [...tokens].sort((a, b) => generationOf(b) - generationOf(a));
    const next = await refresh(latest);
    const successor = tokenIn(next);
    let alsoAlive = 0;
    const presentOlder = async (): Promise<void> => {
      for (const token of older) {
        const answer = await refresh(token);
        if (answer.status === 200 && tokenIn(answer) !== successor) alsoAlive += 1;
      }
    };
    // Each of the two ends the grant as it should, and would hide what the other has to show.
    const isCodeFirst = code && index % 2 === 0;
    if (!isCodeFirst) await presentOlder();
    const again = code && (await ask(code));
    if (isCodeFirst) await presentOlder();
    return {
      grant: id,
      isAlive: next.status === 200,
      isCodeAlive: again?.status === 200,
      alsoAlive,
    };
  };

  const clients = entries.flatMap(({ endpoint, got }) =>
    endpoint === 'register' && got.client_id !== undefined ? [got.client_id] : [],
  );
  return {
    clients: await each(clients, client),
    grants: await each([...keptGrants(entries)], grant),
  };
}

/** What the clients hold of a grant. */
interface Kept {
  readonly client_id: string;
  readonly tokens: Set<string>;
  /** The request that redeemed its code. */
  readonly code?: Readonly<Record<string, string>>;
}

function keptGrants(entries: TrafficRecord['entries']): Map<string, Kept> {
  const kept = new Map<string, Kept>();
  for (const { got, used } of entries) {
    const { refresh_token, client_id = '' } = got;
    const grant = grantOf(got);
    if (grant === undefined || refresh_token === undefined) continue;
    const known = kept.get(grant) ?? { client_id, tokens: new Set<string>() };
    known.tokens.add(refresh_token);
    const { code, code_verifier } = used;
    const isRedeemed = code !== undefined && code_verifier !== undefined;
    kept.set(grant, {
      ...known,
      ...(isRedeemed && { code: { ...redemption(client_id, code, code_verifier) } }),
    });
  }
  return kept;
}

function redemption(
  client_id: string,
  code: string,
  code_verifier: string,
): Readonly<Record<string, string>> {
  return {
    grant_type: 'authorization_code',
    ...{ client_id, code, code_verifier, redirect_uri: REDIRECT_URI },
  };
}

function tokenIn({ status, text }: Answer): string | undefined {
  if (status !== 200) return undefined;
  return (JSON.parse(text) as { refresh_token?: string }).refresh_token;
}

async function each<Item, Result>(
  items: readonly Item[],
  look: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  await Promise.all(
    Array.from({ length: SIDE_BY_SIDE }, async () => {
      for (const [index, item] of queue) results[index] = await look(item, index);
    }),
  );
  return results;
}
