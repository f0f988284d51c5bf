/**
 * What clients ask the token endpoint for, and APIs the one for introspection.
 */
import supertest, { type Response } from 'supertest';
import {
  createPkce,
  redemption,
  refreshRequest,
  tokenRequest,
  type Tokens,
} from '../support/flow.ts';
import { basic } from '../support/confidential.ts';
import { eventOf, type Held, type HeldAccess, type HeldPage } from './held.ts';
import { lifetime, type Place } from './instances.ts';
import type { Ledger } from './ledger.ts';
import { answered, type Request, type Step } from './requests.ts';
import {
  ACCESS_TTL,
  API_SECRET,
  ceilingOf,
  DOUBLED_WITHIN,
  GRACE,
  IDLE_TTL,
  POLICIES,
} from './settings.ts';
import {
  aliveGrant,
  isKnown,
  isOver,
  isRefreshable,
  withGrant,
  type GrantState,
  type Moment,
  type World,
} from './world.ts';

/** Who sends it, and what is wrong with that. */
export type Sender = 'its client' | 'another client' | 'a guesser';

export interface Hands {
  readonly held: Held;
  readonly ledger: Ledger;
  readonly now: number;
}

const INVALID_CLIENT = '401 invalid_client';
const INVALID_GRANT = '400 invalid_grant';

function tokensOf(generation: number, scope: readonly string[], seconds: number): string {
  return `tokens ${String(generation)} [${scope.join(' ')}] ${lifetime(seconds)}`;
}

/** Notes what was given, and tells it in one line. */
function received(
  { held, ledger, now }: Hands,
  { policy }: Place,
  page: HeldPage,
  { status, body }: Response,
  presented?: number,
): string {
  if (status !== 200) return `${String(status)} ${(body as { error: string }).error}`;
  const { access_token, refresh_token, scope, expires_in } = body as Tokens;
  const generation = refresh_token === undefined ? 0 : Number(refresh_token.split('.')[1]);
  const ceiling = ceilingOf(POLICIES[policy]!, page.client);
  const given = { page, generation, refresh_token, scope, ceiling, now };
  ledger.gave({ ...given, ...(presented !== undefined && { presented }) });
  // To the tick: all lives end in the middle of one.
  const ends = now + Math.floor(expires_in / 20) * 20 + 10;
  held.access.push({ page, value: access_token, scope, ends });
  return tokensOf(generation, scope.split(' '), expires_in);
}

/** The client that sends, where there is another one. */
function senderOf({ held }: Hands, { client }: HeldPage, by: Sender): number {
  return by === 'another client' ? (client + 1) % held.clients.length : client;
}

export function redeeming(hands: Hands, page: HeldPage, by: Sender): Request {
  const client = senderOf(hands, page, by);
  const { number } = page;
  return {
    label: `the code of ${String(number)} is redeemed by ${by}`,
    async send(at) {
      const { client_id } = hands.held.clientAt(client);
      const pkce = by === 'a guesser' ? createPkce() : page.pkce;
      const answer = await tokenRequest(at.app, redemption(client_id, page.code ?? '', pkce));
      return received(hands, at, page, answer);
    },
    begin(world, moment) {
      if (!isKnown(world, client)) return answered(world, INVALID_CLIENT);
      const grant = aliveGrant(world, number, moment.now);
      if (!grant || client !== page.client || by === 'a guesser' || isOver(world, grant)) {
        return answered(world, INVALID_GRANT);
      }
      const scope = left(grant, moment);
      if (scope.length === 0) return answered(world, INVALID_GRANT);
      return [{ world, next: (then) => redeemed(then, page, scope, moment.now) }];
    },
  };
}

function redeemed(
  world: World,
  { number }: HeldPage,
  scope: readonly string[],
  now: number,
): readonly Step[] {
  const grant = aliveGrant(world, number, now);
  if (!grant) return answered(world, INVALID_GRANT);
  if (grant.redeemed !== undefined) {
    if (now - grant.redeemed <= DOUBLED_WITHIN) return answered(world, INVALID_GRANT);
    const event = eventOf('code.replayed', 'client', number);
    return [{ world: withGrant(world, number, undefined), answer: INVALID_GRANT, event }];
  }
  const lives = isRefreshable(grant) ? IDLE_TTL : ACCESS_TTL;
  const expires = Math.min(now + lives, grant.ends);
  const answer = tokensOf(
    isRefreshable(grant) ? 1 : 0,
    scope,
    Math.min(ACCESS_TTL, grant.ends - now),
  );
  const first = { ...grant, generation: 1, redeemed: now, expires };
  return [{ world: withGrant(world, number, first), answer }];
}

/** What the policy of the moment leaves of a grant. */
function left({ granted, client }: GrantState, { policy }: Moment): string[] {
  return granted.filter((scope) => ceilingOf(policy, client).includes(scope));
}

export interface Presented {
  readonly page: HeldPage;
  readonly generation: number;
}

export function refreshing(
  hands: Hands,
  { page, generation }: Presented,
  by: Sender,
  wanted?: string,
): Request {
  const client = senderOf(hands, page, by);
  const { number, tokens } = page;
  return {
    label: `token ${String(generation)} of ${String(number)} is sent by ${by}, for ${wanted ?? 'all'}`,
    async send(at) {
      const { client_id } = hands.held.clientAt(client);
      const scope = wanted === undefined ? {} : { scope: wanted };
      const token = tokens[generation] ?? '';
      const sent = by === 'a guesser' ? `${token.slice(0, -43)}${'A'.repeat(43)}` : token;
      const answer = await refreshRequest(at.app, client_id, sent, scope);
      return received(hands, at, page, answer, generation);
    },
    begin(world, moment) {
      if (!isKnown(world, client)) return answered(world, INVALID_CLIENT);
      const grant = aliveGrant(world, number, moment.now);
      if (!grant || client !== page.client || by === 'a guesser') {
        return answered(world, INVALID_GRANT);
      }
      const rest = left(grant, moment);
      if (isOver(world, grant) || rest.length === 0) {
        const event = eventOf('grant.revoked', 'server', number);
        const end = (then: World): readonly Step[] => [
          { world: withGrant(then, number, undefined), answer: INVALID_GRANT, event },
        ];
        return [{ world, next: end }];
      }
      const asked = wanted?.split(' ') ?? rest;
      const scope = asked.filter((one) => rest.includes(one));
      if (asked.some((one) => !grant.granted.includes(one)) || scope.length === 0) {
        return answered(world, '400 invalid_scope');
      }
      const { now } = moment;
      const lives = generation < grant.generation ? grant.expires - now : IDLE_TTL;
      const seconds = Math.min(ACCESS_TTL, lives, grant.ends - now);
      const answer = tokensOf(generation + 1, scope, seconds);
      return [{ world, next: (then) => rotated(then, { page, generation }, now, answer) }];
    },
  };
}

function rotated(
  world: World,
  { page: { number }, generation }: Presented,
  now: number,
  answer: string,
): readonly Step[] {
  const grant = aliveGrant(world, number, now);
  if (!grant || grant.generation < 1 || !isRefreshable(grant))
    return answered(world, INVALID_GRANT);
  if (generation < grant.generation) {
    const isBefore = generation === grant.generation - 1;
    if (isBefore && now <= (grant.rotated ?? 0) + GRACE) {
      return answered(world, now < (grant.previousEnds ?? 0) ? answer : INVALID_GRANT);
    }
    const event = eventOf('refresh.reused', 'client', number);
    return [{ world: withGrant(world, number, undefined), answer: INVALID_GRANT, event }];
  }
  const next: GrantState = {
    ...grant,
    generation: generation + 1,
    rotated: now,
    previousEnds: grant.expires,
    expires: Math.min(now + IDLE_TTL, grant.ends),
  };
  return [{ world: withGrant(world, number, next), answer }];
}

/** An API asks whether an access token is good. */
export function introspecting({ page, value, scope, ends }: HeldAccess): Request {
  const { number, client } = page;
  return {
    label: `an access token of ${String(number)} is looked at`,
    async send({ app }) {
      const asked = supertest(app)
        .post('/oauth/introspect')
        .set('Authorization', basic(`api:${API_SECRET}`));
      const { body } = await asked.type('form').send({ token: value });
      const answer = body as { active: boolean; scope?: string };
      return answer.active ? `active [${answer.scope ?? ''}]` : 'not active';
    },
    begin(world, { now }) {
      const grant = aliveGrant(world, number, now);
      const isGood = grant && isKnown(world, client) && !isOver(world, grant) && now < ends;
      return answered(world, isGood ? `active [${scope}]` : 'not active');
    },
  };
}
