import { describe, expect, it } from '@jest/globals';
import { parseClientMetadata } from '../../lib/protocol/client-metadata.ts';
import { refusalOf } from './refusal.ts';

const parse = (client_name: string): ReturnType<typeof parseClientMetadata> =>
  parseClientMetadata({ redirect_uris: ['https://app.example.com/cb'], client_name });

const nameOf = (client_name: string): string | undefined => parse(client_name).kept.client_name;

const invalid = (error_description: string): object => ({
  error: 'invalid_client_metadata',
  error_description,
});
const DECEPTIVE = invalid('client_name has control, bidirectional or invisible characters');
const TOO_LONG = invalid('client_name is longer than 256 characters');

const ACUTE = '\u0301';

describe('a client_name of which nothing would be seen', () => {
  it.each([
    { name: 'variation selectors', client_name: '\uFE0F\uFE0E\uFE00' },
    { name: 'Mongolian variation selectors', client_name: '\u180B\u180D\u180F' },
    { name: 'supplementary variation selectors', client_name: '\u{E0100}\u{E01EF}' },
    { name: 'musical format characters', client_name: '\u{1D173}\u{1D17A}' },
    { name: 'shorthand format characters', client_name: '\u{1BCA0}\u{1BCA3}' },
    { name: 'a combining mark', client_name: ACUTE },
    { name: 'more combining marks than a letter may have', client_name: ACUTE.repeat(40) },
    { name: 'enclosing marks', client_name: '\u20DD\u20E3' },
    { name: 'spacing marks', client_name: '\u0903\u093E' },
    { name: 'Khmer inherent vowels', client_name: '\u17B4\u17B5' },
    { name: 'a grapheme joiner', client_name: '\u034F' },
    { name: 'word joiners', client_name: '\u2060\u2061' },
    { name: 'joiners and blanks between', client_name: ' \u200D\u2800\u200C\u00A0\uFE0F\u3164 ' },
    { name: 'tags', client_name: '\u{E0041}\u{E007F}' },
  ])('is none: $name', ({ client_name }) => {
    expect(parse(client_name).kept).toEqual({});
  });
});

describe('a client_name with something in it that is drawn as nothing', () => {
  it.each([
    { name: 'a Hangul filler', filler: '\u3164' },
    { name: 'a Hangul filler of half width', filler: '\uFFA0' },
    { name: 'a Hangul initial filler', filler: '\u115F' },
    { name: 'a Hangul medial filler', filler: '\u1160' },
    { name: 'a grapheme joiner', filler: '\u034F' },
    { name: 'a blank Braille pattern', filler: '\u2800' },
    { name: 'a Khmer inherent vowel A', filler: '\u17B4' },
    { name: 'a Khmer inherent vowel AA', filler: '\u17B5' },
    { name: 'a shorthand format character', filler: '\u{1BCA0}' },
    { name: 'the last shorthand format character', filler: '\u{1BCA3}' },
    { name: 'a musical format character', filler: '\u{1D173}' },
    { name: 'the last musical format character', filler: '\u{1D17A}' },
    { name: 'a language tag', filler: '\u{E0001}' },
    { name: 'a tag letter', filler: '\u{E0041}' },
    { name: 'the tag that ends a sequence', filler: '\u{E007F}' },
    { name: 'a tag that is not assigned', filler: '\u{E0080}' },
    { name: 'the last of what is set aside for tags', filler: '\u{E0FFF}' },
    { name: 'what is set aside for more of them', filler: '\uFFF0' },
    { name: 'a zero-width joiner', filler: '\u200D' },
    { name: 'a zero-width non-joiner', filler: '\u200C' },
    { name: 'a variation selector of emoji', filler: '\uFE0F' },
    { name: 'a variation selector of Han', filler: '\u{E0100}' },
    { name: 'a variation selector of nothing', filler: '\uFE0A' },
    { name: 'a variation selector of Mongolian', filler: '\u180B' },
  ])('is refused with $name in, before or after it', ({ filler }) => {
    for (const name of [`Claude${filler}Code`, `${filler}Claude Code`, `Claude Code${filler}`]) {
      expect(refusalOf(() => parse(name))).toEqual(DECEPTIVE);
    }
    // A row of them would move what follows to the next line of the page.
    expect(refusalOf(() => parse(`Claude${filler.repeat(60)}Code`))).toEqual(DECEPTIVE);
  });
});

describe('a client_name with a joiner where none joins', () => {
  it.each([
    { name: 'in Cyrillic', client_name: '\u0413\u043E\u043E\u200D\u0433\u043B' },
    { name: 'in Greek', client_name: '\u0391\u03B1\u200C\u03B2' },
    { name: 'after a Latin letter with a mark', client_name: `Cafe${ACUTE}\u200D` },
    { name: 'before a Latin letter', client_name: '\u0645\u200Ca' },
    { name: 'between digits', client_name: '1\u200D2' },
    { name: 'after a blank', client_name: 'An \u200Capp' },
    { name: 'at the beginning', client_name: '\u200C\u0645\u06CC' },
  ])('is refused: $name', ({ client_name }) => {
    expect(refusalOf(() => parse(client_name))).toEqual(DECEPTIVE);
  });
});

describe('a client_name with marks', () => {
  it.each([7, 8, 40])('is refused with %s on one letter', (marks) => {
    for (const name of [`a${ACUTE.repeat(marks)}`, `An app o${'\u0489'.repeat(marks)}f mine`]) {
      expect(refusalOf(() => parse(name))).toEqual(DECEPTIVE);
    }
    const mixed = `x${'\u0300\u0316\u0489\u0323\u0334\u0338\u20DD'.repeat(marks).slice(0, marks)}`;
    expect(refusalOf(() => parse(mixed))).toEqual(DECEPTIVE);
  });

  it.each([
    { joiner: 'ZWJ', character: '\u200D' },
    { joiner: 'ZWNJ', character: '\u200C' },
  ])('is refused with a $joiner between them', ({ character }) => {
    const stacks = [
      `${ACUTE}${character}`.repeat(4),
      `${ACUTE.repeat(3)}${character}`.repeat(10),
      `${ACUTE.repeat(6)}${character}${ACUTE.repeat(6)}`,
      `${character}${ACUTE}`.repeat(20),
      character.repeat(7),
    ];
    for (const stack of stacks) {
      expect(refusalOf(() => parse(`a${stack} app`))).toEqual(DECEPTIVE);
    }
  });

  it('is refused with both joiners between them', () => {
    const stack = `${ACUTE}\u200D${ACUTE}\u200C`.repeat(2);
    expect(refusalOf(() => parse(`a${stack}`))).toEqual(DECEPTIVE);
  });

  it('is read with six on each', () => {
    const name = `a${ACUTE.repeat(6)}b${ACUTE.repeat(6)}`;
    expect(nameOf(name)).toBe(name);
  });

  it.each([
    { script: 'Vietnamese, composed', name: 'Ti\u1EBFng Vi\u1EC7t' },
    { script: 'Vietnamese, taken apart', name: 'Tie\u0302\u0301ng Vie\u0323\u0302t' },
    {
      script: 'Arabic with vowels',
      name: '\u0627\u0644\u0652\u0639\u064E\u0631\u064E\u0628\u0650\u064A\u0651\u064E\u0629\u064F',
    },
    { script: 'Hebrew with points', name: '\u05E9\u05C1\u05B8\u05DC\u05D5\u05B9\u05DD' },
    { script: 'Thai', name: '\u0E17\u0E35\u0E48\u0E19\u0E35\u0E48 \u0E1C\u0E39\u0E49' },
    { script: 'Hindi', name: '\u0939\u093F\u0928\u094D\u0926\u0940 \u0915\u094D\u0937\u093F' },
    { script: 'Tamil', name: '\u0BA4\u0BAE\u0BBF\u0BB4\u0BCD' },
    { script: 'Khmer', name: '\u1797\u17B6\u179F\u17B6\u1781\u17D2\u1798\u17C2\u179A' },
    { script: 'Persian with a joiner', name: '\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645' },
    {
      script: 'Persian with a joiner in each word',
      name: '\u0646\u0631\u0645\u200C\u0627\u0641\u0632\u0627\u0631\u0647\u0627\u06CC \u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645',
    },
    {
      script: 'Arabic with a shadda and a vowel on one letter',
      name: '\u0645\u064F\u062D\u064E\u0645\u0651\u064E\u062F',
    },
    {
      script: 'Hindi with a half letter',
      name: '\u0915\u094D\u200D\u0937 \u0939\u093F\u0902\u0926\u0940',
    },
    {
      script: 'Malayalam with a joiner',
      name: '\u0D05\u0D35\u0D28\u0D4D\u200D',
    },
    { script: 'Korean', name: '\uD55C\uAD6D\uC5B4 \u1112\u1161\u11AB' },
    { script: 'a family', name: '\u{1F468}\u200D\u{1F469}\u200D\u{1F467}\u200D\u{1F466}' },
    { script: 'a heart on fire', name: '\u2764\uFE0F\u200D\u{1F525} app' },
    { script: 'a flag', name: '\u{1F3F3}\uFE0F\u200D\u{1F308} \u{1F1E9}\u{1F1EA}' },
    { script: 'a skin tone', name: '\u{1F9D1}\u{1F3FD}\u200D\u{1F4BB}' },
    { script: 'Han with a variant', name: '\u845B\u{E0100}\u57CE' },
    { script: 'Mongolian with a variant', name: '\u182A\u180B\u1821' },
    { script: 'a keycap', name: '1\uFE0F\u20E3 app' },
  ])('is read as it is in $script', ({ name }) => {
    expect(nameOf(name)).toBe(name);
  });
});

describe('the length of a client_name', () => {
  it.each([
    { name: 'letters', character: 'a' },
    { name: 'emoji', character: '\u{1F600}' },
    { name: 'rare ideographs', character: '\u{20000}' },
  ])('is counted in $name: 256 are read, 257 are refused', ({ character }) => {
    expect(nameOf(character.repeat(256))).toBe(character.repeat(256));
    expect(nameOf(`  ${character.repeat(256)}  `)).toBe(character.repeat(256));
    expect(refusalOf(() => parse(character.repeat(257)))).toEqual(TOO_LONG);
  });
});
