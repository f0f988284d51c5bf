/**
 * A client asks, and the person allows.
 */
import type { Response } from 'supertest';
import {
  Browser,
  consentForm,
  createPkce,
  locationOf,
  redirectParameters,
} from '../support/flow.ts';
import { eventOf, type Held, type HeldPage } from './held.ts';
import { answered, type Opened, type Request, type Step } from './requests.ts';
import { ceilingOf } from './settings.ts';
import {
  aliveGrant,
  isKnown,
  isOver,
  newGrant,
  withGrant,
  withPage,
  type Moment,
  type World,
} from './world.ts';

/** What the browser was told: the page, a code, an error for the client, or a page that says no. */
function fateOf(answer: Response): string {
  const location = locationOf(answer);
  if (location.startsWith('/oauth/consent')) return 'asked';
  if (location === '') return answer.status < 400 ? 'a page' : 'refused';
  const { code, error = 'nothing' } = redirectParameters(answer);
  return code === undefined ? error : 'code';
}

/** An authorization request; the page that it leads to is in the hands of alice. */
export function asking(held: Held, client: number, scope: string, now: number): Request {
  const number = held.pages.length;
  return {
    label: `client ${String(client)} asks for ${scope}: ${String(number)}`,
    async send({ app }) {
      const browser = new Browser(app, 'alice');
      const pkce = createPkce();
      const begun = await browser.authorize(held.clientAt(client).client_id, pkce, { scope });
      const url = locationOf(begun);
      if (fateOf(begun) === 'asked') {
        const grantId = new URLSearchParams(url.split('?')[1]).get('request') ?? '';
        const known = { number, client, scope, grantId, url, browser, pkce };
        held.pages.push({ ...known, askedAt: now, tokens: [] });
      }
      return fateOf(begun);
    },
    begin(world, { policy }) {
      const asked = scope.split(' ');
      if (!isKnown(world, client)) return answered(world, 'refused');
      const ceiling = ceilingOf(policy, client);
      if (asked.some((one) => !ceiling.includes(one))) return answered(world, 'invalid_scope');
      const page = { client, asked, isAllowed: false };
      return [{ world: withPage(world, number, page), answer: 'asked' }];
    },
  };
}

/** What the person finds at a page, where it is not the question. */
function unasked(world: World, { number }: HeldPage, moment: Moment): string | undefined {
  const page = world.pages[number];
  if (!page || !isKnown(world, page.client)) return 'refused';
  if (grantable(page.asked, page.client, moment).length === 0) return 'invalid_scope';
  if (!page.isAllowed) return undefined;
  const grant = aliveGrant(world, number, moment.now);
  const isRepeatable = grant?.generation === 0 && !isOver(world, grant);
  return isRepeatable ? undefined : 'refused';
}

function grantable(asked: readonly string[], client: number, { policy }: Moment): string[] {
  return asked.filter((scope) => ceilingOf(policy, client).includes(scope));
}

/** The person opens a page and presses Allow, for the first time or again. */
export function allowing(page: HeldPage): Request {
  const pressing = pressingAllow(page);
  return {
    label: `alice allows ${String(page.number)}`,
    async send(at) {
      const opened = await pressing.open(at);
      return opened === 'a page' ? pressing.send(at) : opened;
    },
    begin(world, moment) {
      const instead = unasked(world, page, moment);
      if (instead !== undefined) return answered(world, instead);
      return [{ world, next: (then) => pressing.begin(then, moment) }];
    },
  };
}

/** The button alone: the page has to be open before them. */
export function pressingAllow(page: HeldPage): Opened {
  const { number, browser } = page;
  let form: ReturnType<typeof consentForm> | undefined;
  return {
    label: `alice presses Allow at ${String(number)}`,
    async open({ app }) {
      const opened = await browser.at(app).get(page.url);
      if (opened.status === 200) form = consentForm(opened.text);
      return fateOf(opened);
    },
    async send({ app }) {
      if (!form) throw new Error('the page was not opened');
      const { action, csrf } = form;
      const answer = await browser.at(app).post(action, { decision: 'allow', csrf });
      const { code } = locationOf(answer) === '' ? {} : redirectParameters(answer);
      if (code !== undefined) page.code = sameCode(page, code);
      return fateOf(answer);
    },
    begin(world, moment) {
      const instead = unasked(world, page, moment);
      if (instead !== undefined) return answered(world, instead);
      const { client, asked } = world.pages[number] ?? { client: page.client, asked: [] };
      const granted = grantable(asked, client, moment);
      const standing = aliveGrant(world, number, moment.now);
      if (standing && !isOver(world, standing) && String(standing.granted) !== String(granted)) {
        return answered(world, 'refused');
      }
      return [{ world, next: (then) => decided(then, page, { granted, now: moment.now }) }];
    },
  };
}

function decided(
  world: World,
  { number, client }: HeldPage,
  { granted, now }: { readonly granted: readonly string[]; readonly now: number },
): readonly Step[] {
  const page = world.pages[number];
  const answer = { answer: 'code', event: eventOf('grant.created', 'person', number) };
  if (!page) return answered(world, 'refused');
  if (page.isAllowed) {
    const grant = aliveGrant(world, number, now);
    const isSame = grant?.generation === 0 && String(grant.granted) === String(granted);
    return isSame ? [{ world, ...answer }] : answered(world, 'refused');
  }
  const allowed = withPage(world, number, { ...page, isAllowed: true });
  const made = (created: number): Step => {
    return { world: withGrant(allowed, number, newGrant(client, granted, created)), ...answer };
  };
  // In the moment of a decision of the operator it may have come right after.
  return world.clients[client]?.over === now ? [made(now), made(now + 0.5)] : [made(now)];
}

function sameCode({ code = '' }: HeldPage, now: string): string {
  if (code !== '' && code !== now) throw new Error('one page gave two codes');
  return now;
}
