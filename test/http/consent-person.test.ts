import { describe, expect, it } from '@jest/globals';
import type { Person } from '../../lib/login/port.ts';
import { redirectParameters } from '../support/flow.ts';
import { openConsent } from './support/consent.ts';

const EMAIL = 'a@example.com';

/** Somebody as a host in plain JavaScript may hand them on. */
const people = (person: object) => ({ alice: person as Omit<Person, 'sub'> });

/** Nothing that a person would know themselves by. */
const NO_NAMES: readonly { kind: string; value: unknown }[] = [
  { kind: 'an empty text', value: '' },
  { kind: 'a blank', value: ' ' },
  { kind: 'blanks of all kinds', value: ' \t\r\n\u00A0\u2003\u3000' },
  { kind: 'letters that are drawn as nothing', value: '\u3164\u200B\uFEFF' },
  { kind: 'null', value: null },
  { kind: 'undefined', value: undefined },
  { kind: 'an object', value: { first: 'Alice', last: 'Example' } },
  { kind: 'an object that can be a text', value: { toString: () => 'Mallory', length: 7 } },
  { kind: 'a list', value: ['Alice', 'Example'] },
  { kind: 'a number', value: 42 },
  { kind: 'true', value: true },
];

describe('GET /oauth/consent: who is logged in', () => {
  it.each(NO_NAMES)(
    'is said by e-mail address when the name is $kind (CONSENT-21)',
    async (given) => {
      const { html } = await openConsent({ people: people({ name: given.value, email: EMAIL }) });
      expect(html).toContain(`You are logged in as <strong><bdi>${EMAIL}</bdi></strong>.`);
    },
  );

  it.each(NO_NAMES)(
    'is said by sub when name and e-mail address are $kind (CONSENT-21, CONSENT-26)',
    async ({ value }) => {
      const { html, browser, url } = await openConsent({
        people: people({ name: value, email: value }),
      });
      expect(html).toContain('You are logged in as <strong><bdi>alice</bdi></strong>.');
      expect(redirectParameters(await browser.submit(url, 'allow'))).toHaveProperty('code');
    },
  );

  it.each(['0', '.', '\u7530', '\u0645\u0631\u064A\u0645', ' Alice '])(
    'is said by the name, however short and in whatever script: %j (CONSENT-21)',
    async (name) => {
      const { html } = await openConsent({ people: people({ name, email: EMAIL }) });
      expect(html).toContain(`You are logged in as <strong><bdi>${name}</bdi></strong>.`);
    },
  );
});
