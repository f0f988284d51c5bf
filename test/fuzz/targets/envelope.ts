/** Sealed envelopes. */
import assert from 'node:assert/strict';
import { createEnvelopes, holdersOf, UnopenedError } from '../../../lib/tokens/envelope.ts';
import type { Target } from '../engine/target.ts';

const SECRETS = ['a'.repeat(32), 'b'.repeat(32)];
const TEXT = '{"sub":"someone"}';

/** With the same bytes each time, so that what was found is found again. */
const envelopesOf = (secrets: readonly string[], issuer = 'https://a.example') =>
  createEnvelopes({ secrets, issuer, randomBytes: (size) => Buffer.alloc(size, 7) });
const envelopes = envelopesOf(SECRETS);
const SEALED = envelopes.seal('login_person', TEXT);
const COPIES = SEALED.split(' ');

function orUnopened<Value>(open: () => Value): Value | undefined {
  try {
    return open();
  } catch (thrown) {
    if (!(thrown instanceof UnopenedError)) throw thrown;
    return undefined;
  }
}

export const envelope: Target = {
  name: 'envelope',
  seeds: [
    SEALED,
    ...COPIES,
    [...COPIES].reverse().join(' '),
    `${SEALED} ${SEALED}`,
    envelopesOf(['c'.repeat(32), ...SECRETS.slice(1)]).seal('login_person', TEXT),
    envelopesOf(SECRETS, 'https://b.example').seal('login_person', TEXT),
    envelopes.seal('grant_claims', TEXT),
    '2.abc',
    SEALED.replaceAll('1.', '12.'),
  ],
  run(input) {
    const opened = orUnopened(() => envelopes.open('login_person', input));
    const holders = orUnopened(() => holdersOf(input, SECRETS));
    if (!opened) return;
    // What opens has a copy that was made here, and nothing else in it counts.
    assert.equal(opened.text, TEXT);
    const copies = input.split(' ');
    assert.ok(
      copies.some((copy) => COPIES.includes(copy)),
      'a copy that nobody made',
    );
    assert.ok(holders && holders.known.length > 0);
    if (opened.isForAll) assert.deepEqual([holders.known.length, holders.others], [2, 0]);
  },
};
