/** What a stranger wrote and a person will read: names, and addresses in a log. */
import assert from 'node:assert/strict';
import {
  isBlank,
  isDeceptive,
  isLookalike,
  shortened,
} from '../../../lib/protocol/display-text.ts';
import { shownUri, uriParts } from '../../../lib/protocol/shown-uri.ts';
import type { Target } from '../engine/target.ts';
import { REDIRECT_URIS } from './redirect-uris.ts';

/** What moves its neighbours, in any place. */
const MOVES = /[\p{Cc}\u202a-\u202e\u2066-\u2069\u200e\u200f\u2028\u2029]/u;

export const displayText: Target = {
  name: 'display-text',
  seeds: [
    'A client',
    '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645',
    '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}\ufe0f',
    'p\u0430ypal',
    '\u202eexe.txt',
    'e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301',
    '\u3164\u2800\u200b ',
    '\uff41\u{1d4d0}\u00aa\u00ba',
    'a\ufe00\u4e00\ufe00\u{e0100}\u1820\u180b',
    'x'.repeat(90),
  ],
  run(input) {
    const isOff = isDeceptive(input);
    if (MOVES.test(input)) assert.ok(isOff, 'what moves its neighbours is shown');
    if (/\p{Cs}/u.test(input)) assert.ok(isOff, 'half a character is shown');
    const short = shortened(input);
    assert.ok(Array.from(short).length <= 80);
    assert.equal(shortened(short), short);
    if (isBlank(input)) assert.equal(input.replace(/[\s\p{M}\p{C}\p{Lo}\u2800]/gu, ''), '');
    if (/^[\x20-\x7e]*$/.test(input)) assert.deepEqual([isOff, isLookalike(input)], [false, false]);
  },
};

export const shownAddress: Target = {
  name: 'shown-uri',
  seeds: [
    ...REDIRECT_URIS,
    'https://a:b@c:d@e/f?g=h&i#j',
    'x:y',
    '//a',
    '?',
    '#\n',
    '[::1',
    'a:b@c',
  ],
  run(input) {
    const { scheme, userinfo, host, port, path, query, fragment } = uriParts(input);
    const whole = [
      scheme === undefined ? '' : `${scheme}:`,
      host === undefined ? '' : '//',
      userinfo === undefined ? '' : `${userinfo}@`,
      host ?? '',
      port === undefined ? '' : `:${port}`,
      path,
      query === undefined ? '' : `?${query}`,
      fragment === undefined ? '' : `#${fragment}`,
    ].join('');
    assert.equal(whole, input, 'parts that are not the whole');
    const shown = uriParts(shownUri(input));
    if (shown.scheme === undefined || shown.path === '...') return;
    // Where it leads, and of the rest that it was there.
    assert.deepEqual([shown.host, shown.port, shown.path], [host, port, path]);
    const hidden = [shown.userinfo, shown.fragment, ...valuesIn(shown.query)];
    assert.ok(
      hidden.every((one) => one === undefined || one === '...'),
      'a secret is shown',
    );
  },
};

/** What stands behind the names of the parameters, or in the place of one. */
function valuesIn(query: string | undefined): string[] {
  return (query?.split('&') ?? []).map((pair) => pair.slice(pair.indexOf('=') + 1));
}
