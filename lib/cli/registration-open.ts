/**
 * `registration open`: registration is what the configuration says again.
 *
 * @module
 */
import { openRegistration } from '../services/switch-registration.ts';
import { AUDIT_OPTION } from './audit.ts';
import { CommandError, JSON_OPTION, type Command } from './command.ts';
import { incidentDeps } from './incident.ts';
import { asciiJson } from './visible.ts';

export const registrationOpen: Command = {
  name: 'registration open',
  summary: 'End registration close: DCR_REGISTRATION counts again',
  options: { audit: AUDIT_OPTION, json: JSON_OPTION },
  async run(input, { deployment, audit, answer, explain }) {
    const was_closed = await openRegistration(
      incidentDeps(await deployment(), audit(input.flag('audit'))),
    );
    if (was_closed) explain('Registration is no longer closed: DCR_REGISTRATION counts again.');
    if (input.flag('json')) answer(asciiJson({ was_closed }));
    if (!was_closed) throw new CommandError('registration was not closed');
  },
};
