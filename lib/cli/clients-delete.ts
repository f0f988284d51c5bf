/**
 * `clients delete`: ends registrations.
 *
 * @module
 */
import { deleteRegistration } from '../services/delete-client.ts';
import { AUDIT_OPTION } from './audit.ts';
import { CommandError, JSON_OPTION, type Command } from './command.ts';
import { clientIds, incidentDeps } from './incident.ts';
import { asciiJson, visible } from './visible.ts';

export const clientsDelete: Command = {
  name: 'clients delete',
  summary: 'Delete clients that registered, and end all that people gave them',
  operands: '<client_id>...',
  options: { audit: AUDIT_OPTION, json: JSON_OPTION },
  notes: [
    'Most apps register again by themselves: to keep one out, block it and do not delete it.',
    'A client of DCR_CLIENTS is taken away there; one that is known by a document can be blocked.',
  ],
  async run(input, { deployment, audit, answer, explain }) {
    const ids = clientIds(input, 'clients delete');
    const deps = incidentDeps(await deployment(), audit(input.flag('audit')));
    const done: { client_id: string; deleted: boolean }[] = [];
    for (const client_id of ids) {
      const deleted = await deleteRegistration(deps, client_id);
      if (deleted) explain(`Client ${visible(client_id)} is deleted.`);
      done.push({ client_id, deleted });
    }
    if (input.flag('json')) answer(asciiJson(done));
    const missing = done.filter(({ deleted }) => !deleted);
    if (missing.length > 0) {
      throw new CommandError(
        `not registered, or gone already: ${missing.map((one) => visible(one.client_id)).join(', ')}`,
      );
    }
  },
};
