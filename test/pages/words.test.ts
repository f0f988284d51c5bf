import { describe, expect, it } from '@jest/globals';
import { formatAge } from '../../lib/pages/age.ts';
import { AA_CONTRAST, contrast, readableOn } from '../../lib/pages/contrast.ts';
import { lookUpLanguage } from '../../lib/pages/language-lookup.ts';
import { formatReference, REFERENCE_BYTES } from '../../lib/pages/reference.ts';
import { accentOf, BACKGROUND, DEFAULT_ACCENT, styleSheet } from '../../lib/pages/style.ts';

const DAY = 24 * 60 * 60 * 1000;

describe('an age', () => {
  it.each([
    { ageMs: -5000, language: 'en', says: '1 second ago' },
    { ageMs: 0, language: 'en', says: '1 second ago' },
    { ageMs: 59_999, language: 'en', says: '59 seconds ago' },
    { ageMs: 60_000, language: 'en', says: '1 minute ago' },
    { ageMs: 3 * 60_000, language: 'de', says: 'vor 3 Minuten' },
    { ageMs: DAY - 1, language: 'en', says: '23 hours ago' },
    { ageMs: DAY, language: 'en', says: 'yesterday' },
    { ageMs: 70 * DAY, language: 'en', says: '2 months ago' },
    { ageMs: 800 * DAY, language: 'en', says: '2 years ago' },
    { ageMs: 2 * DAY, language: 'tlh', says: '2 days ago' },
  ])('of $ageMs ms reads in $language: $says', ({ ageMs, language, says }) => {
    expect(formatAge(ageMs, language)).toBe(says);
  });
});

describe('a wish for a language', () => {
  const OFFERED = ['en', 'de', 'pt-BR', 'zh-Hant'];

  it.each([
    { wanted: 'de', want: 'de' },
    { wanted: 'DE-at', want: 'de' },
    { wanted: 'pt', want: 'pt-BR' },
    { wanted: 'zh-Hant-TW', want: 'zh-Hant' },
    { wanted: 'fr de en', want: 'de' },
    { wanted: 'fr', want: undefined },
    { wanted: '', want: undefined },
    { wanted: ' ', want: undefined },
    { wanted: 'd', want: undefined },
    { wanted: '__proto__ constructor', want: undefined },
    { wanted: `${'fr '.repeat(20)}de`, want: undefined },
  ])('$wanted finds $want', ({ wanted, want }) => {
    expect(lookUpLanguage(wanted, OFFERED)).toBe(want);
  });
});

describe('colours', () => {
  it.each([
    { a: '#000000', b: '#ffffff', want: 21 },
    { a: '#ffffff', b: '#ffffff', want: 1 },
    { a: '#777777', b: '#FFFFFF', want: 4.48 },
  ])('$a and $b are $want apart', ({ a, b, want }) => {
    expect(contrast(a, b)).toBeCloseTo(want, 2);
  });

  it.each(['#000000', '#1a56c4', '#0b6b3a', '#8b0000'])(
    '%s alone can be read on a dark page too, and is no lighter than it takes',
    (colour) => {
      const { light, dark } = accentOf(colour);
      expect(light).toBe(colour);
      expect(contrast(dark, BACKGROUND.dark)).toBeGreaterThanOrEqual(AA_CONTRAST);
      expect(contrast(dark, BACKGROUND.dark)).toBeLessThan(8);
    },
  );

  it('stay as they are when they can be read', () => {
    expect(readableOn(BACKGROUND.dark, '#8ab4ff')).toBe('#8ab4ff');
  });

  it('of the page can all be read', () => {
    const style = styleSheet(DEFAULT_ACCENT);
    const [light = '', dark = ''] = style.split('@media');
    for (const [sheet, page] of [
      [light, BACKGROUND.light],
      [dark.split('\n* {')[0] ?? '', BACKGROUND.dark],
    ] as const) {
      const of = (name: string): string =>
        new RegExp(`--${name}: (#[0-9a-f]{6})`).exec(sheet)?.[1] ?? '';
      expect(of('page')).toBe(page);
      for (const name of ['text', 'quiet', 'accent']) {
        expect(contrast(of(name), page)).toBeGreaterThanOrEqual(AA_CONTRAST);
      }
      expect(contrast(of('warn'), of('warn-page'))).toBeGreaterThanOrEqual(AA_CONTRAST);
      // Not text: the lines around what belongs together (WCAG 2.2, 1.4.11).
      expect(contrast(of('line'), page)).toBeGreaterThanOrEqual(3);
    }
  });
});

describe('a reference', () => {
  it('is eight letters that make no word', () => {
    expect(formatReference(Uint8Array.from({ length: REFERENCE_BYTES }, (_, i) => i * 31))).toMatch(
      /^[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}$/,
    );
  });
});
