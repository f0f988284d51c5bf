/**
 * `clients unblock`: lets blocked clients in again.
 *
 * @module
 */
import { unblockClient } from '../services/decide-on-client.ts';
import { AUDIT_OPTION } from './audit.ts';
import { CommandError, JSON_OPTION, type Command } from './command.ts';
import { clientIds, incidentDeps } from './incident.ts';
import { asciiJson, visible } from './visible.ts';

export const clientsUnblock: Command = {
  name: 'clients unblock',
  summary: 'Let blocked clients in again',
  operands: '<client_id>...',
  options: { audit: AUDIT_OPTION, json: JSON_OPTION },
  notes: ['They have to ask their people again: what was given until now stays over.'],
  async run(input, { deployment, audit, answer, explain }) {
    const ids = clientIds(input, 'clients unblock');
    const deps = incidentDeps(await deployment(), audit(input.flag('audit')));
    const done: { client_id: string; was_blocked: boolean }[] = [];
    for (const client_id of ids) {
      const was_blocked = await unblockClient(deps, client_id);
      if (was_blocked)
        explain(`Client ${visible(client_id)} is let in again, and has to ask anew.`);
      done.push({ client_id, was_blocked });
    }
    if (input.flag('json')) answer(asciiJson(done));
    const free = done.filter(({ was_blocked }) => !was_blocked);
    if (free.length > 0) {
      throw new CommandError(
        `not blocked: ${free.map((one) => visible(one.client_id)).join(', ')}`,
      );
    }
  },
};
