/**
 * Making a new text from one that was interesting.
 *
 * @module
 */
import type { Random } from '../../faults/support/random.ts';
import type { Comparison } from './feedback.ts';

export interface MutateDeps {
  readonly random: Random;
  /** Others that were interesting; at least one. */
  readonly others: readonly string[];
  readonly words: readonly string[];
  /** What the text was compared with, the last time. */
  readonly comparisons: readonly Comparison[];
}

const MAX_LENGTH = 2_000;
/** For what takes more time than it should: about as long as a header can be. */
const MAX_BLOWN_UP = 16_000;
const MAX_CHANGES = 5;

/** What separates, hides, ends or looks like something else. */
const CHARACTERS = [
  ...Array.from('/\\?#@:;&=%.,-_*[]+ !"\'(){}<>|^`~$'),
  ...['\t', '\n', '\r', '\0', '\x0b', '\x7f', '\x80', '\u00a0', '\u00ad', '\u00df', '\u0130'],
  ...['\u0131', '\u017f', '\u200b', '\u200d', '\u202e', '\u2028', '\u212a', '\u3002', '\ufe0f'],
  ...['\ufeff', '\uff0e', '\uff0f', '\uff41', '\uff1a', '\ud800', '\udfff', '\u{1f600}'],
  ...['a', 'A', 'l', 'L', 'k', 's', '0', '1', '9', 'f', 'x'],
];

/** What means something to more than one reader. */
const WORDS = [
  ...['__proto__', 'constructor', 'toString', 'null', 'true', '[]', '{}', '{"a":1}', '[1]', '""'],
  ...['%00', '%0d%0a', '%2e%2e', '%2F', '%', '..', '/../', '//', '://', '\\\\', '@', ':443', ':0'],
  ...['127.0.0.1', '0x7f.1', '[::1]', '::ffff:7f00:1', 'localhost', 'LOCALHOST', 'localhost.'],
  ...[
    'https://',
    'http://',
    'javascript',
    'data:,',
    'xn--',
    '.example',
    '1e999',
    '-0',
    '9'.repeat(20),
  ],
  ...['\\u0000', '\\ud800', ',', '}', ']', '"', 'a=b', '; ', '=', '+', 'Bearer ', 'Basic '],
];

type Change = (text: string, deps: MutateDeps) => string;

const placeIn = (text: string, random: Random): number => random.between(0, text.length);
const rangeIn = (text: string, random: Random): [from: number, to: number] => {
  const from = placeIn(text, random);
  return [from, Math.min(text.length, from + random.between(1, random.pick([1, 4, 16, 64])))];
};
const spliced = (text: string, [from, to]: readonly [number, number], by: string): string =>
  text.slice(0, from) + by + text.slice(to);

const CHANGES: readonly Change[] = [
  (text, { random }) => spliced(text, rangeIn(text, random), ''),
  function insertCharacter(text, { random }) {
    const at = placeIn(text, random);
    return spliced(text, [at, at], random.pick(CHARACTERS));
  },
  function changeCharacter(text, { random }) {
    const at = placeIn(text, random);
    const code = text.charCodeAt(at) || 0;
    const by = random.pick([
      random.pick(CHARACTERS),
      String.fromCharCode(code ^ (1 << random.between(0, 7))),
      String.fromCharCode(random.between(0, 255)),
    ]);
    return spliced(text, [at, at + 1], by);
  },
  function insertWord(text, { random, words }) {
    const word = random.pick(random.chance(0.5) && words.length > 0 ? words : WORDS);
    const range = rangeIn(text, random);
    return spliced(text, random.chance(0.5) ? range : [range[0], range[0]], word);
  },
  function repeatRange(text, { random }) {
    const [from, to] = rangeIn(text, random);
    return spliced(text, [from, from], text.slice(from, to).repeat(random.between(1, 3)));
  },
  function moveRange(text, { random }) {
    const [from, to] = rangeIn(text, random);
    const rest = spliced(text, [from, to], '');
    const at = placeIn(rest, random);
    return spliced(rest, [at, at], text.slice(from, to));
  },
  function crossOver(text, { random, others }) {
    const other = random.pick(others);
    return text.slice(0, placeIn(text, random)) + other.slice(placeIn(other, random));
  },
  function takeRange(text, { random, others }) {
    const other = random.pick(others);
    const range = rangeIn(text, random);
    return spliced(text, range, other.slice(...rangeIn(other, random)));
  },
  function makeEqual(text, { random, comparisons }) {
    if (comparisons.length === 0) return text;
    const [left, right] = random.pick(comparisons);
    const [from, to] = random.chance(0.5) ? [left, right] : [right, left];
    if (from !== '' && text.includes(from)) return text.replace(from, () => to);
    return spliced(text, rangeIn(text, random), to);
  },
  function otherCase(text, { random }) {
    const range = rangeIn(text, random);
    const part = text.slice(...range);
    return spliced(text, range, random.chance(0.5) ? part.toUpperCase() : part.toLowerCase());
  },
  function encode(text, { random }) {
    const [from] = rangeIn(text, random);
    const byte = (text.charCodeAt(from) & 0xff).toString(16).padStart(2, '0');
    return spliced(
      text,
      [from, from + 1],
      random.pick([`%${byte}`, `\\u00${byte}`, `&#x${byte};`]),
    );
  },
  function decode(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  },
];

function blownUp(text: string, { random }: MutateDeps): string {
  const range = rangeIn(text, random);
  const part = text.slice(...range) || random.pick(CHARACTERS);
  const times = Math.floor((MAX_BLOWN_UP - text.length) / part.length);
  return spliced(text, range, part.repeat(Math.max(1, random.between(1, times))));
}

export function mutated(text: string, deps: MutateDeps): string {
  const { random } = deps;
  let changed = text;
  for (let left = random.between(1, MAX_CHANGES); left > 0; left -= 1)
    changed = random.pick(CHANGES)(changed, deps);
  changed = changed.slice(0, MAX_LENGTH);
  return random.chance(0.01) ? blownUp(changed, deps) : changed;
}
