/**
 * What may be asked for, and how often each comes: who, whose and which is chosen when it is asked,
 * among what there is by then.
 */
import fc from 'fast-check';
import { allowing, asking, pressingAllow } from './asking.ts';
import type { Choice } from './commands.ts';
import { deciding, leaving, revoking, takingBack, type Decision } from './ending.ts';
import { youngest, type HeldPage } from './held.ts';
import type { Model } from './model.ts';
import type { Request } from './requests.ts';
import { PAGE_TTL, SCOPES } from './settings.ts';
import { introspecting, redeeming, refreshing, type Hands, type Sender } from './tokens.ts';

/** Mostly the youngest. */
export const nth = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.nat(5) },
);
const sender = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Sender>('its client') },
  { weight: 1, arbitrary: fc.constantFrom<Sender>('another client', 'a guesser') },
);
/** The token of now, mostly, or one before. */
const back = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.constant(1) },
  { weight: 1, arbitrary: fc.nat(3) },
);
const wanted = fc.oneof(
  { weight: 4, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.constantFrom('openid', 'notes:read', 'profile openid') },
);

const handsOf = ({ held, ledger, now }: Model): Hands => ({ held, ledger, now });
const hasCode = ({ code }: HeldPage): boolean => code !== undefined;
const hasTokens = ({ tokens }: HeldPage): boolean => tokens.length > 0;
const openPage = (model: Model, which: number, isNew: boolean): HeldPage | undefined =>
  model.held.page(which, ({ code, askedAt }) => {
    return model.now - askedAt < PAGE_TTL && (!isNew || code === undefined);
  });

/** What whoever was connected last sends next, and what after that; nothing where there is nobody. */
export function twoLinks(model: Model): readonly Request[] {
  const page = model.held.page(0, hasTokens);
  if (!page) return [];
  const current = page.tokens.length - 1;
  return [current, current + 1].map((generation) =>
    refreshing(handsOf(model), { page, generation }, 'its client'),
  );
}

const asks: fc.Arbitrary<Choice> = fc
  .tuple(nth, fc.constantFrom(...SCOPES))
  .map(([which, scope]) => ({
    name: 'ask',
    of: ({ held, now }) => asking(held, held.client(which), scope, now),
  }));
export const allows = (isAtOnce: boolean): fc.Arbitrary<Choice> =>
  fc
    .tuple(
      nth,
      fc.integer({ min: 0, max: 3 }).map((one) => one > 0),
    )
    .map(([which, isNew]) => ({
      name: isNew ? 'allow' : 'allow again',
      of(model) {
        const page = openPage(model, which, isNew);
        return page && (isAtOnce ? pressingAllow(page) : allowing(page));
      },
    }));
export const redeems: fc.Arbitrary<Choice> = fc
  .tuple(fc.boolean(), nth, sender)
  .map(([isNew, which, by]) => ({
    name: `redeem, ${by}`,
    of(model) {
      const isMeant = (page: HeldPage): boolean => hasCode(page) && !(isNew && hasTokens(page));
      const page = model.held.page(which, isMeant);
      return page && redeeming(handsOf(model), page, by);
    },
  }));
interface RefreshChoice {
  readonly which: number;
  /** How many generations before the one of now. */
  readonly before: number;
  readonly by: Sender;
  readonly scope?: string | undefined;
}

function refreshBy({ which, before, by, scope }: RefreshChoice): Choice {
  return {
    name: `refresh, ${by}, ${before === 0 ? 'current' : 'before'}`,
    of(model) {
      const page = model.held.page(which, hasTokens);
      if (!page) return undefined;
      const generation = Math.max(1, page.tokens.length - 1 - before);
      return refreshing(handsOf(model), { page, generation }, by, scope);
    },
  };
}

export const refreshes: fc.Arbitrary<Choice> = fc
  .record({ which: nth, before: back, by: sender, scope: wanted })
  .map(refreshBy);
/** By whoever was connected last. */
export const links: fc.Arbitrary<Choice> = fc
  .constantFrom(0, 0, 1, 1, 1, 2)
  .map((before) => refreshBy({ which: 0, before, by: 'its client' }));
const looks: fc.Arbitrary<Choice> = nth.map((which) => ({
  name: 'introspect',
  of({ held }) {
    const access = youngest(held.access, which);
    return access && introspecting(access);
  },
}));
export const revokes: fc.Arbitrary<Choice> = fc
  .tuple(nth, back, sender, fc.boolean())
  .map(([which, before, by, isAccess]) => ({
    name: `revoke, ${by === 'its client' ? by : 'another client'}`,
    of({ held }) {
      const page = held.page(which, hasTokens);
      if (!page) return undefined;
      const access = isAccess && held.access.findLast((one) => one.page === page);
      const token = page.tokens[Math.max(1, page.tokens.length - 1 - before)] ?? '';
      const client = by === 'its client' ? page.client : (page.client + 1) % held.clients.length;
      return revoking(held, page, access ? access.value : token, client);
    },
  }));
const takesBack: fc.Arbitrary<Choice> = fc
  .tuple(
    fc.option(nth, { freq: 4 }),
    fc.constantFrom('alice', 'alice', 'alice', 'bob'),
    fc.constantFrom('person', 'operator'),
  )
  .map(([which, subject, by]) => ({
    name: `taken back by ${by}`,
    of({ held }) {
      if (which === null) return takingBack(undefined, subject, by);
      const page = held.page(which, hasCode);
      return page && takingBack(page, subject, by);
    },
  }));
/** A client that is blocked, where there is one. */
export const unblocks = nth.map((which): Choice => ({
  name: 'unblock',
  isDecision: true,
  of({ held, worlds }) {
    const isBlocked = (client: number): boolean =>
      worlds.some(({ clients }) => clients[client]?.isBlocked === true);
    const client = youngest([...held.clients.keys()].filter(isBlocked), which);
    return client === undefined ? undefined : deciding(held, client, 'unblock');
  },
}));
const decides = (...decisions: Decision[]): fc.Arbitrary<Choice> =>
  fc.tuple(nth, fc.constantFrom(...decisions)).map(([which, decision]) => ({
    name: decision,
    isDecision: true,
    of: ({ held }) => deciding(held, held.client(which), decision),
  }));
const leaves: fc.Arbitrary<Choice> = nth.map((which) => ({
  name: 'leave',
  of: ({ held }) => leaving(held, held.client(which)),
}));

export const weighted = <Value>(
  ...all: readonly (readonly [weight: number, arbitrary: fc.Arbitrary<Value>])[]
): fc.Arbitrary<Value> => fc.oneof(...all.map(([weight, arbitrary]) => ({ weight, arbitrary })));

/** One, while nothing else goes on. */
export const choices = weighted<Choice>(
  [3, asks],
  [4, allows(false)],
  [5, redeems],
  [9, refreshes],
  [1, looks],
  [2, revokes],
  [2, takesBack],
  [2, weighted([3, decides('block', 'end')], [1, decides('unblock')])],
  [1, unblocks],
  [1, weighted([4, leaves], [1, decides('delete')])],
);
/** What may come at the same time as something else. */
export const others = weighted<Choice>(
  [2, allows(true)],
  [4, redeems],
  [6, refreshes],
  [2, revokes],
  [2, takesBack],
  [2, decides('block', 'end', 'unblock', 'delete')],
  [1, leaves],
);

/** What ends a grant, or may. */
export const endings = weighted<Choice>(
  [4, revokes],
  [4, takesBack],
  [1, redeems],
  [2, decides('block', 'end', 'delete')],
);
