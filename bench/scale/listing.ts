/**
 * What it takes to look through many clients: by the API, and on the pages of the operator.
 *
 * @module
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { createAuthorizationServer, hostLogin } from '../../dist/esm/index.js';
import { cursorAfter } from '../../lib/storage/client-cursor.ts';
import { SECRET } from '../contenders/express-dcr.ts';
import { SCOPES } from '../contenders/contender.ts';
import { present } from '../present.ts';
import { median } from '../report/summary.ts';
import type { Site } from './site.ts';

/** Milliseconds, median of the rounds; for a search, of each thousand clients that were looked at. */
export type ListingTimes = Readonly<Record<Look, number>>;

/** What a person looks at. */
const LOOKS = ['list', 'first', 'middle', 'search'] as const;
export type Look = (typeof LOOKS)[number];

/** In the words of the report. */
export const LOOK_NAMES: Readonly<Record<Look, string>> = {
  list: '`server.clients.list()`, the first 50',
  first: 'the first page of the clients',
  middle: 'a page in the middle',
  search: 'a search by name, each 1 000 clients looked at',
};

/** The sites in turn: what drifts on the machine meets both. */
export async function listingTimes(
  sites: readonly Site[],
  rounds: number,
): Promise<ListingTimes[]> {
  const operators = await Promise.all(sites.map(operatorOf));
  try {
    const taken = operators.map(() => new Map<Look, number[]>(LOOKS.map((look) => [look, []])));
    // The first round is for the compiler.
    for (let round = -1; round < rounds; round += 1) {
      for (const [nth, operator] of operators.entries()) {
        for (const look of LOOKS) {
          const ms = await operator.look(look);
          if (round >= 0) taken[nth]?.get(look)?.push(ms);
        }
      }
    }
    return taken.map((times) => {
      const each = (look: Look): number => median(times.get(look) ?? []);
      return {
        list: each('list'),
        first: each('first'),
        middle: each('middle'),
        search: each('search'),
      };
    });
  } finally {
    await Promise.all(operators.map((operator) => operator.close()));
  }
}

interface Operator {
  look(look: Look): Promise<number>;
  close(): Promise<void>;
}

/** One more instance of the server of a site, for people who operate it. */
async function operatorOf(site: Site): Promise<Operator> {
  const { server: instance } = site;
  const store = site.openStore();
  const silent = (): void => undefined;
  const server = createAuthorizationServer({
    ...{ issuer: instance.origin, store, secret: SECRET, scopesSupported: [...SCOPES] },
    login: hostLogin({ user: () => undefined, url: '/login' }),
    logger: { debug: silent, info: silent, warn: silent, error: silent },
  });
  const app = express().use('/admin', server.adminRouter({ authorize: () => true }));
  const listening = app.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const origin = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  const cursor = `!${await middleOf(site)}`;
  const page = (query: Readonly<Record<string, string>>) => async (): Promise<number> => {
    const asked = new URLSearchParams({ used: 'yes', ...query });
    const answer = await fetch(`${origin}/admin/clients?${asked.toString()}`);
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`a page is answered ${answer.status}: ${text}`);
    return Number(/([\d,]+) clients? looked at/.exec(text)?.[1]?.replaceAll(',', ''));
  };
  const looks: Readonly<Record<Look, () => Promise<number>>> = {
    list: async () => (await server.clients.list()).read,
    first: page({}),
    middle: page({ cursor }),
    search: page({ name: 'nobody' }),
  };
  return {
    async look(look) {
      const started = performance.now();
      const read = await looks[look]();
      const ms = performance.now() - started;
      if (!(read > 0)) throw new Error(`nothing was looked at for ${look}`);
      return look === 'search' ? (ms / read) * 1000 : ms;
    },
    async close() {
      listening.close();
      listening.closeAllConnections();
      await server.close();
    },
  };
}

/** Where a page begins that half of the clients stand before: nobody has to turn all the pages to it. */
async function middleOf({ redis, server: { prefix }, clients }: Site): Promise<string> {
  const index = `${prefix}clients:{0}:used`;
  const middle = Math.floor(clients * 0.45);
  const [place, score] = await redis.zrange(index, String(middle), String(middle), 'WITHSCORES');
  return cursorAfter({ shard: 0, expires_at: Number(score), place: present(place) });
}
