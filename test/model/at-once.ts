/**
 * Requests at once: two or three side by side, and one that is overtaken.
 */
import { twoLinks } from './choices.ts';
import { command, type Choice, type Command, type Real } from './commands.ts';
import type { Place } from './instances.ts';
import type { Model } from './model.ts';
import type { Request, Sent } from './requests.ts';

/** Each at another place than the one before. */
export function atOnce(choices: readonly Choice[]): Command {
  return command(
    `at once: ${choices.map(({ name }) => name).join(' and ')}`,
    (model) => choices.every((choice) => choice.of(model) !== undefined),
    async (model, real) => {
      const rows = choices.flatMap((choice) => choice.of(model) ?? []).map((request) => [request]);
      const isSent = await together(model, real, rows);
      if (isSent && choices.some(({ isDecision }) => isDecision)) model.tick(real.instances);
    },
  );
}

/**
 * One looks at what there is, a client fetches its next token and the one after that, and only then the
 * one goes on: what it has read is two generations old.
 */
export function overtaken(choice: Choice): Command {
  return command(
    `at once: ${choice.name}, overtaken`,
    (model) => choice.of(model) !== undefined && twoLinks(model).length > 0,
    async (model, real) => {
      const slow = choice.of(model);
      if (slow) await together(model, real, [[slow], twoLinks(model)], 0);
    },
  );
}

/**
 * Sends them, row beside row: within a row one after the other, as long as each gives tokens.
 *
 * @param slow - The row that does nothing but look until the others are through.
 * @returns Whether they were sent: a button needs its page before it.
 */
async function together(
  model: Model,
  { instances, turns }: Real,
  rows: readonly (readonly Request[])[],
  slow?: number,
): Promise<boolean> {
  const at = (nth: number): Place => model.instanceAt(instances, nth % 2);
  for (const [nth, [first]] of rows.entries()) {
    const opened = await first?.open?.(at(nth));
    if (opened !== undefined && opened !== 'a page') return false;
  }
  const sent: Sent[] = [];
  const sending = rows.map((row, nth) => async () => {
    for (const request of row) {
      const answer = await request.send(at(nth));
      sent.push({ request, moment: model.momentAt(nth % 2), answer });
      if (!answer.startsWith('tokens')) return;
    }
  });
  await (turns?.inTurn(sending, slow) ?? Promise.all(sending.map((send) => send())));
  await model.judge(instances, sent);
  return true;
}
