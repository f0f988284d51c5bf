/**
 * What may happen, in any order: requests, the clock, the policy, and servers that lose what they wrote.
 * Requests at once stand beside.
 */
import type fc from 'fast-check';
import { revokeAll } from '../../lib/services/revoke-all.ts';
import { registered } from '../support/management.ts';
import { allowing, asking } from './asking.ts';
import type { Instances } from './instances.ts';
import type { Model } from './model.ts';
import type { Request } from './requests.ts';
import { TICK_SECONDS, wishOf } from './settings.ts';
import { redeeming, type Sender } from './tokens.ts';
import { count } from './tally.ts';
import type { Turns } from './turns.ts';
import { distinct, failedOver, replicated, withClient } from './world.ts';

/** Beside the instances, where there is one: whoever says whose turn it is. */
export interface Real {
  readonly instances: Instances;
  readonly turns?: Turns;
}

export type Command = fc.AsyncCommand<Model, Real>;

/** A request, by what there is to ask with; nothing where there is nothing. */
export interface Choice {
  readonly name: string;
  /** Whether a moment is the end of something by it. */
  readonly isDecision?: boolean;
  of(model: Model): Request | undefined;
}

export function command(
  name: string,
  check: Command['check'],
  run: (model: Model, real: Real) => Promise<void>,
): Command {
  return {
    check,
    async run(model, real) {
      await run(model, real);
      count(name);
    },
    toString: () => name,
  };
}

export function alone(choice: Choice, place: number): Command {
  return command(
    choice.name,
    (model) => choice.of(model) !== undefined,
    async (model, { instances }) => {
      const request = choice.of(model);
      const opened = await request?.open?.(model.instanceAt(instances, place));
      if (!request || (opened !== undefined && opened !== 'a page')) return;
      await model.send(instances, place, request);
      if (choice.isDecision) model.tick(instances);
    },
  );
}

export interface Connection {
  readonly client: number;
  readonly scope: string;
  /** As far as the page, the code or the tokens. */
  readonly steps: number;
  readonly place: number;
  /** Whether somebody tries the code who has no more than that. */
  readonly isGuessed?: boolean;
}

/** Asks, and goes on to the code and to the tokens, as far as it comes and is meant to. */
export function connecting(connection: Connection): Command {
  const { steps, isGuessed = false } = connection;
  return command(
    `connect, ${String(steps)} of 3${isGuessed ? ', with a guess' : ''}`,
    () => true,
    (model, real) => connect(model, real, connection),
  );
}

export async function connect(
  model: Model,
  { instances }: Real,
  { client, scope, steps, place, isGuessed = false }: Connection,
): Promise<void> {
  const { held, ledger, now } = model;
  const number = held.pages.length;
  await model.send(instances, place, asking(held, held.client(client), scope, now));
  const page = held.pages[number];
  if (!page || steps < 2) return;
  await model.send(instances, place, allowing(page));
  if (page.code === undefined) return;
  const redeemedBy = (sender: Sender): Promise<void> =>
    model.send(instances, place, redeeming({ held, ledger, now }, page, sender));
  if (isGuessed) await redeemedBy('a guesser');
  if (steps === 3) await redeemedBy('its client');
}

export function waiting(seconds: number): Command {
  return command(
    `${String(seconds)} s go by`,
    () => true,
    async (model, { instances }) => {
      model.advance(instances, seconds);
      await model.look(instances);
    },
  );
}

/** One after the other, as far as they can be. */
export function following(commands: readonly Command[]): Command {
  return {
    check: () => true,
    async run(model, real) {
      for (const one of commands) if (one.check(model)) await one.run(model, real);
    },
    toString: () => commands.map(String).join(', then '),
  };
}

/** A deploy with another policy, at one of the places. */
export function deploying(place: number, policy: number): Command {
  return command(
    `policy ${String(policy)} at ${String(place)}`,
    (model) => model.policies[place] !== policy,
    async (model) => void (model.policies[place] = policy),
  );
}

export async function registerClient(model: Model, { instances }: Real): Promise<void> {
  const client = model.held.clients.length;
  // With the first policy, which has all scopes.
  const registration = await registered(instances.at(0, 0).app, { scope: wishOf(client) });
  model.held.clients.push(registration);
  model.worlds = model.worlds.map((world) => withClient(world, client, { isThere: true }));
}

export const registering: Command = command(
  'a client registers',
  ({ held }) => held.clients.length < 4,
  registerClient,
);

/** All that was granted until now, while an instance is asked that may not have heard of it. */
export function endingAll(meanwhile: Choice): Command {
  return command(
    'all is revoked',
    () => true,
    async (model, { instances }) => {
      const { clock } = instances.deployment;
      const { store } = instances;
      const before = model.held.pages.map(({ number }) => number);
      await revokeAll(
        {
          switches: store.switches,
          storeNow: () => store.now(),
          async wait(ms) {
            const heard = model.worlds.map((world) => ({ ...world, epoch: model.now }));
            model.worlds = distinct([...model.worlds, ...heard]);
            const request = meanwhile.of(model);
            if (request) await model.send(instances, 1, request);
            clock.advance(ms);
          },
          emit: () => undefined,
        },
        Math.floor(store.now()),
      );
      await instances.lookAtSwitches();
      model.worlds = model.worlds.map((world) => ({ ...world, epoch: model.now + 5 }));
      model.ledger.overForGood(before);
      clock.advance(TICK_SECONDS * 1000 - 5_000);
      model.now += TICK_SECONDS;
      await model.look(instances);
    },
  );
}

export const replicating: Command = command('the replica gets all', () => true, replicate);

async function replicate(model: Model, { instances }: Real): Promise<void> {
  await instances.losing.replicate();
  model.worlds = model.worlds.map(replicated);
  model.ledger.replicated();
}

export const failingOver: Command = command('the replica takes over', () => true, failOver);

async function failOver(model: Model, { instances }: Real): Promise<void> {
  await instances.losing.failOver();
  model.worlds = distinct(model.worlds.map(failedOver));
  model.ledger.failedOver();
  await model.look(instances);
}

/** What is done is answered, and then lost. */
export function losing(done: Command): Command {
  return command(
    `lost: ${done.toString()}`,
    (model) => done.check(model),
    async (model, real) => {
      await replicate(model, real);
      await done.run(model, real);
      await failOver(model, real);
    },
  );
}
