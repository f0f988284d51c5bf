/**
 * `registration close`: nobody registers until it is opened again.
 *
 * @module
 */
import { closeRegistration } from '../services/switch-registration.ts';
import { AUDIT_OPTION } from './audit.ts';
import { JSON_OPTION, type Command } from './command.ts';
import { incidentDeps, reasonGiven, REASON_OPTION } from './incident.ts';
import { asciiJson } from './visible.ts';

export const registrationClose: Command = {
  name: 'registration close',
  summary: 'Let nobody register, until registration open',
  options: { reason: REASON_OPTION, audit: AUDIT_OPTION, json: JSON_OPTION },
  notes: [
    'It counts on every instance within five seconds, whatever DCR_REGISTRATION says, and needs no',
    'restart. Who comes is told to come back. Clients that are there go on as before, but cannot change',
    'their registration. Clients that are known by a document do not register: see clients block.',
  ],
  async run(input, { deployment, audit, answer, explain }) {
    const reason = reasonGiven(input);
    const wasOpen = await closeRegistration(
      incidentDeps(await deployment(), audit(input.flag('audit'))),
      reason,
    );
    explain(`Registration is closed${wasOpen ? '' : ', as it was before'}.`);
    if (input.flag('json')) answer(asciiJson({ was_closed: !wasOpen }));
  },
};
