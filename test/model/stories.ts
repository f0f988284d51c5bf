/**
 * Any story of grants: which commands there are, how often each comes, and playing them.
 */
import fc from 'fast-check';
import type { StoreKind } from '../support/stores.ts';
import { atOnce, overtaken } from './at-once.ts';
import {
  allows,
  choices,
  endings,
  links,
  nth,
  others,
  redeems,
  refreshes,
  revokes,
  unblocks,
  weighted,
} from './choices.ts';
import {
  alone,
  connect,
  connecting,
  deploying,
  endingAll,
  failingOver,
  following,
  losing,
  registerClient,
  registering,
  replicating,
  waiting,
  type Choice,
  type Command,
  type Real,
} from './commands.ts';
import { Instances, PLACES } from './instances.ts';
import { Model } from './model.ts';
import { POLICIES, SCOPES } from './settings.ts';
import { Turns } from './turns.ts';

const place = fc.nat(PLACES - 1);
/** One of them at least comes from a client. */
const races = fc.tuple(
  weighted<Choice>([2, allows(true)], [4, redeems], [6, refreshes], [1, revokes]),
  others,
);
const threes = fc.tuple(races, fc.oneof(redeems, refreshes)).map(([two, one]) => [...two, one]);
/** Mostly so that one window is over and another one not. */
const waits = fc
  .oneof(
    { weight: 4, arbitrary: fc.constantFrom(20, 20, 40) },
    { weight: 1, arbitrary: fc.constantFrom(120, 300, 320, 3_600, 3_620, 7_200) },
  )
  .map(waiting);
const deploys = fc
  .tuple(place, fc.constantFrom(...POLICIES.keys()))
  .map((all) => deploying(...all));
const requests = fc.tuple(choices, place).map((all) => alone(...all));

const connects = fc
  .record({
    client: nth,
    scope: fc.constantFrom(...SCOPES),
    steps: fc.integer({ min: 1, max: 3 }),
    place,
    isGuessed: fc.boolean(),
  })
  .map(connecting);

/** A connection, its second and third token, some time later, and then one of these or two at once. */
const young = fc
  .tuple(
    fc.constantFrom(...SCOPES),
    fc.constantFrom(
      { steps: 1, first: allows(true) },
      { steps: 2, first: redeems },
      { steps: 3, first: refreshes },
      { steps: 3, first: redeems },
    ),
    // Close to the end that the first token has of itself.
    fc.constantFrom(undefined, undefined, undefined, waiting(3_600)),
    fc.array(fc.tuple(refreshes, place), { maxLength: 2 }),
    fc.option(waits, { freq: 2 }),
    fc.constantFrom('twice', 'with an end', 'with another', 'alone'),
    nth,
  )
  .chain(([scope, { steps, first }, early, refreshed, wait, how, client]) =>
    fc
      .tuple(
        first,
        { twice: first, 'with an end': endings, 'with another': others, alone: others }[how],
      )
      .map(([one, other]) => [
        connecting({ client, scope, steps, place: 0 }),
        ...(early ? [early] : []),
        ...refreshed.map((all) => alone(...all)),
        ...(wait ? [wait] : []),
        how === 'alone' ? alone(one, 1) : atOnce([one, other]),
      ])
      .map(following),
  );

/** One link of a chain, or two at once. */
const linking = weighted<Command>(
  [3, fc.tuple(links, place).map((all) => alone(...all))],
  [1, fc.tuple(links, links).map(atOnce)],
);

/** A connection that is refreshed again and again, in and out of every window. */
const chains = fc
  .tuple(
    nth,
    fc.constantFrom(undefined, undefined, undefined, waiting(3_600)),
    fc.array(fc.tuple(linking, fc.constantFrom(0, 20, 20, 40)), { minLength: 2, maxLength: 6 }),
  )
  .map(([client, early, refreshed]) => [
    connecting({ client, scope: SCOPES[0] ?? '', steps: 3, place: 0 }),
    ...(early ? [early] : []),
    ...refreshed.flatMap(([link, seconds]) => [link, ...(seconds > 0 ? [waiting(seconds)] : [])]),
  ])
  .map(following);

/** Everything, at either place; several requests at once come as they come. */
export const stories = fc.commands<Model, Real, false>(
  [
    weighted<Command>(
      [24, requests],
      [8, young],
      [5, chains],
      [6, races.map(atOnce)],
      [2, threes.map(atOnce)],
      [5, connects],
      [6, waits],
      [3, deploys],
      [1, fc.constant(registering)],
      [1, refreshes.map(endingAll)],
      [1, fc.constant(replicating)],
      [1, fc.constant(failingOver)],
      [2, fc.oneof(requests, races.map(atOnce)).map(losing)],
    ),
  ],
  { size: 'max', maxCommands: 40 },
);

/** Of a connection that is refreshed meanwhile, mostly. */
const overtakes = weighted<Choice>([5, links], [1, revokes], [1, redeems]).map(overtaken);

/** Two requests at once, again and again, and in between what gives them something to ask for. */
export const racingStories = fc.commands<Model, Real, false>(
  [
    weighted<Command>(
      [6, young],
      [8, races.map(atOnce)],
      [3, overtakes],
      [6, connects],
      [2, fc.tuple(fc.oneof(allows(false), redeems), place).map((all) => alone(...all))],
      [2, waits],
      [1, deploys],
      [1, fc.tuple(unblocks, place).map((all) => alone(...all))],
      [1, races.map(atOnce).map(losing)],
    ),
  ],
  { size: 'max', maxCommands: 20 },
);

/** Plays a story on new instances. It begins with two clients, and one of them is connected. */
export async function play(
  { kind }: Pick<StoreKind, 'kind'>,
  story: Iterable<Command>,
  scheduler?: fc.Scheduler,
): Promise<void> {
  const turns = scheduler && new Turns(scheduler);
  const instances = new Instances(kind, turns);
  const real = { instances, ...(turns && { turns }) };
  const setup = async (): Promise<{ model: Model; real: Real }> => {
    const model = new Model();
    for (let client = 0; client < 2; client += 1) await registerClient(model, real);
    await connect(model, real, { client: 0, scope: SCOPES[0] ?? '', steps: 3, place: 0 });
    await replicating.run(model, real);
    return { model, real };
  };
  try {
    await fc.asyncModelRun(setup, story);
  } finally {
    await instances.close();
  }
}
