import { describe, expect, it } from '@jest/globals';
import { isClientIdUrl } from '../../lib/protocol/client-id-url.ts';
import { issuerProblem } from '../../lib/protocol/issuer.ts';
import { parseUrl } from '../../lib/protocol/parse-url.ts';
import { configuredAddressProblem } from '../../lib/upstream/address.ts';

/** Asked so often that the engine has long made the shortest way of it. */
const TIMES = 30_000;

/** The two bytes of a letter in UTF-8, each as a character: the second is a control, which no host has. */
const NO_URL = 'https://\u00dc\u009c/x';
const A_URL = 'https://\u00dc.example/x';

describe('a text that is no URL, and looks like one byte by byte', () => {
  it.each([
    { name: 'a URL', read: () => parseUrl(NO_URL), want: undefined },
    { name: 'the address of a document', read: () => isClientIdUrl(NO_URL), want: false },
    { name: 'an issuer', read: () => issuerProblem(NO_URL), want: 'is not a URL' },
    {
      name: 'the address of a provider',
      read: () => configuredAddressProblem(NO_URL),
      want: 'is not a URL',
    },
  ])('is not taken for $name, however often it comes', ({ read, want }) => {
    const answers = new Set<unknown>();
    for (let time = 0; time < TIMES; time += 1) answers.add(read());
    expect([...answers]).toEqual([want]);
  });
});

describe('a URL with letters that are not ASCII', () => {
  it('is one, however often it comes', () => {
    const answers = new Set<string | undefined>();
    for (let time = 0; time < TIMES; time += 1) answers.add(parseUrl(A_URL)?.href);
    expect([...answers]).toEqual(['https://xn--tda.example/x']);
  });
});
