/**
 * `revoke --all --before`: ends everything that was granted until a moment.
 *
 * @module
 */
import { HEARD_WITHIN_MS, revokeAll } from '../services/revoke-all.ts';
import { AUDIT_OPTION } from './audit.ts';
import { CommandError, JSON_OPTION, single, UsageError, type Command } from './command.ts';
import { incidentDeps } from './incident.ts';
import { asciiJson } from './visible.ts';

/** With its zone: an operator in a hurry and a server elsewhere would mean different ones. */
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

export const revoke: Command = {
  name: 'revoke',
  summary: 'End everything that was granted until a moment, whosever it is',
  options: {
    all: { type: 'boolean', help: 'everything; there is nothing less' },
    before: {
      type: 'string',
      value: 'time',
      help: 'the moment: now, or as 2026-11-26T10:00:00Z, with the zone; not in the future',
    },
    yes: { type: 'boolean', help: 'do it; without this it is only said what would be done' },
    audit: AUDIT_OPTION,
    json: JSON_OPTION,
  },
  notes: [
    'Everybody has to connect their apps again. It counts on every instance within five seconds, and',
    'cannot be taken back. Clients stay registered, and other instances need no restart.',
    'Access tokens that were issued until then are refused by the routes of the server; an API in another',
    'process that does not ask about them takes them until their end.',
  ],
  async run(input, { deployment, audit, answer, explain, wait }) {
    if (!input.flag('all')) throw new UsageError('revoke takes --all and --before');
    const before = momentOf(single(input, 'before', ''));
    const deps = incidentDeps(await deployment(), audit(input.flag('audit')));
    const now = Math.floor(deps.storeNow());
    const moment = before ?? now;
    if (moment > now) {
      throw new CommandError(`--before is in the future: the store has ${iso(now)}`);
    }
    if (!input.flag('yes')) {
      throw new CommandError(
        `Everything that was granted until ${iso(moment)} would end, for everybody and for good. Nothing was done: add --yes to do it.`,
      );
    }
    const isRecent = moment > now - HEARD_WITHIN_MS;
    if (isRecent) explain('It takes five seconds, until every instance knows.');
    const reached = await revokeAll({ ...deps, wait }, moment);
    const already = reached > moment && !isRecent ? ', and had been already' : '';
    explain(`Everything that was granted until ${iso(reached)} is over${already}.`);
    if (input.flag('json')) answer(asciiJson({ revoked_before: iso(reached) }));
  },
};

/** @returns Nothing for this moment, which the store knows best. */
function momentOf(text: string): number | undefined {
  if (text === 'now') return undefined;
  const moment = TIME.test(text) ? Date.parse(text) : NaN;
  if (moment > 0) return moment;
  throw new UsageError('--before is now, or a time with its zone, such as 2026-11-26T10:00:00Z');
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
