/**
 * `clients block`: makes clients such that never were, and ends all that they were given.
 *
 * @module
 */
import { blockClient } from '../services/decide-on-client.ts';
import { AUDIT_OPTION } from './audit.ts';
import { JSON_OPTION, type Command } from './command.ts';
import { clientIds, incidentDeps, REASON_OPTION, reasonGiven, strangeness } from './incident.ts';
import { asciiJson, visible } from './visible.ts';

export const clientsBlock: Command = {
  name: 'clients block',
  summary: 'Block clients, and end all that people gave them',
  operands: '<client_id>...',
  options: {
    reason: REASON_OPTION,
    audit: AUDIT_OPTION,
    json: JSON_OPTION,
  },
  notes: [
    'For clients of every kind: registered, of DCR_CLIENTS, or known by a document at their id.',
    'It counts on every instance from the next request on. Access tokens that are out last until their',
    'end where nobody asks about them. clients unblock lets a client in again, and brings nothing back.',
  ],
  async run(input, { deployment, audit, answer, explain }) {
    const ids = clientIds(input, 'clients block');
    const reason = reasonGiven(input);
    const opened = await deployment();
    const deps = incidentDeps(opened, audit(input.flag('audit')));
    const done: object[] = [];
    for (const client_id of ids) {
      // First: whatever else there is to say of it can wait.
      const isNew = await blockClient(deps, client_id, reason);
      const strange = await strangeness(opened, client_id);
      const already = isNew ? 'blocked' : 'blocked, as it was before';
      explain(`Client ${visible(client_id)} is ${already}.${strange ? ` Mind: ${strange}` : ''}`);
      done.push({ client_id, was_blocked: !isNew, known: strange === undefined });
    }
    if (input.flag('json')) answer(asciiJson(done));
  },
};
