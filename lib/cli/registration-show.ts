/**
 * `registration show`: who may register at this moment.
 *
 * @module
 */
import { DEFAULTS } from '../options/options.ts';
import { JSON_OPTION, type Command } from './command.ts';
import { asciiJson, visible } from './visible.ts';

const WHO = {
  open: 'Everybody may register.',
  token: 'Who has an initial access token may register.',
  off: 'Nobody may register: DCR_REGISTRATION is off.',
} as const;

export const registrationShow: Command = {
  name: 'registration show',
  summary: 'Tell who may register, and whether registration is closed',
  options: { json: JSON_OPTION },
  notes: ['What the app sets in its own code is not known here.'],
  async run(input, { deployment, answer }) {
    const { options, store } = await deployment();
    const { registration: mode = DEFAULTS.registration } = options;
    const { registration_closed: closed } = await store.switches.read();
    const since = closed && new Date(closed.since).toISOString();
    if (input.flag('json')) {
      answer(asciiJson({ mode, ...(closed && { closed: { ...closed, since } }) }));
      return;
    }
    answer(WHO[mode]);
    if (!closed) return;
    const why = closed.reason === undefined ? '' : `: ${visible(closed.reason)}`;
    answer(
      `It is closed for the moment, since ${String(since)}${why}. registration open ends that.`,
    );
  },
};
