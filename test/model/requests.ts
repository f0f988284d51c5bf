/**
 * What may come of requests, one alone or several at once.
 *
 * A request looks first and then does something, in one step or in several, and whatever else is
 * under way may come between any two of them. The model tries every order.
 */
import type { Place } from './instances.ts';
import { distinct, type Moment, type World } from './world.ts';

/** The events that are told of with a step. */
type Told = string | readonly string[];

/** What has become of a request after one of its steps: an answer, or the step that comes next. */
export type Step =
  | { readonly world: World; readonly event?: Told; readonly answer: string }
  | {
      readonly world: World;
      readonly event?: Told;
      readonly next: (world: World) => readonly Step[];
    };

export interface Request {
  readonly label: string;
  /** Sends it, and tells what was answered in one line. */
  send(at: Place): Promise<string>;
  /** What may come of it, by the model. */
  begin(world: World, moment: Moment): readonly Step[];
  /** Where it comes from a page: opens that at the instance that will be asked, and tells what was there. */
  open?(at: Place): Promise<string>;
}

export type Opened = Request & Required<Pick<Request, 'open'>>;

/** Nothing was changed, and that is the answer. */
export function answered(world: World, answer: string): readonly Step[] {
  return [{ world, answer }];
}

/** A request that was sent, and what was answered. */
export interface Sent {
  readonly request: Request;
  readonly moment: Moment;
  readonly answer: string;
}

interface Running {
  readonly answer: string;
  /** Absent when it is done. */
  readonly next?: (world: World) => readonly Step[];
}

/**
 * The worlds in which these requests get these answers, and these events are told of.
 *
 * @param events - Of all requests, in any order.
 */
export function explained(
  worlds: readonly World[],
  sent: readonly Sent[],
  events: readonly string[],
): World[] {
  const told = [...events].sort().join('\n');
  const found: World[] = [];
  const go = (world: World, running: readonly Running[], heard: readonly string[]): void => {
    if (running.every(({ next }) => !next)) {
      if ([...heard].sort().join('\n') === told) found.push(world);
      return;
    }
    for (const [nth, { next, answer }] of running.entries()) {
      for (const step of next?.(world) ?? []) {
        if ('answer' in step && step.answer !== answer) continue;
        const then = 'answer' in step ? { answer } : { answer, next: step.next };
        go(step.world, running.with(nth, then), [...heard, ...[step.event ?? []].flat()]);
      }
    }
  };
  const begun = sent.map(({ request, moment, answer }): Running => {
    return { answer, next: (world) => request.begin(world, moment) };
  });
  for (const world of worlds) go(world, begun, []);
  return distinct(found);
}

/** Every answer that one request may get when nothing else is under way, for the message of a failure. */
export function allowed(worlds: readonly World[], { request, moment }: Sent): string[] {
  const answers = new Set<string>();
  const go = (steps: readonly Step[]): void => {
    for (const step of steps) {
      if (!('answer' in step)) go(step.next(step.world));
      else answers.add([step.answer, String(step.event ?? 'no event')].join(' | '));
    }
  };
  for (const world of worlds) go(request.begin(world, moment));
  return [...answers];
}
