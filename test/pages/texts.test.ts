import { describe, expect, it } from '@jest/globals';
import { createCatalogue } from '../../lib/pages/catalogue.ts';
import { pagesProblems } from '../../lib/pages/pages-check.ts';
import { filled, placesOf, TEXT_KEYS } from '../../lib/pages/phrases.ts';
import { DE } from '../../lib/pages/texts/de.ts';
import { EN } from '../../lib/pages/texts/en.ts';

describe('the texts that are there already', () => {
  it.each(TEXT_KEYS)('have the same places in German: %s', (key) => {
    expect(placesOf(DE[key])).toEqual(placesOf(EN[key]));
  });

  it('pass the check that the texts of a host have to pass', () => {
    expect(pagesProblems({ texts: { en: EN, de: DE } })).toEqual([]);
  });

  // Words that are the same in both languages would stand here.
  it.each(TEXT_KEYS)('are another text in German: %s', (key) => {
    expect(DE[key]).not.toBe(EN[key]);
  });
});

describe('a text with places', () => {
  it.each([
    { text: 'You are {person}.', want: 'You are <b>{x}</b>.' },
    { text: '{person} and {person}', want: '<b>{x}</b> and <b>{x}</b>' },
    { text: 'Nobody', want: 'Nobody' },
    { text: '{Person} { person } {}', want: '{Person} { person } {}' },
    { text: '{constructor}', want: '' },
  ])('is filled once, and with nothing else: $text', ({ text, want }) => {
    expect(filled(text, { person: '<b>{x}</b>' })).toBe(want);
  });
});

describe('the catalogue', () => {
  it('is English and German', () => {
    expect([...createCatalogue().keys()]).toEqual(['en', 'de']);
  });

  it('says what the host says, and the rest as before', () => {
    const german = createCatalogue({ de: { consentDeny: 'Nein' } }).get('de');
    expect(german?.texts).toEqual({ ...DE, consentDeny: 'Nein' });
  });

  it('takes for a region what its language says, then English', () => {
    const catalogue = createCatalogue({
      'de-AT': { consentAllow: 'Passt' },
      de: { consentDeny: 'Nein' },
      fr: { consentDeny: 'Refuser' },
    });
    const { consentAllow, consentDeny, consentAsks } = catalogue.get('de-AT')?.texts ?? EN;
    expect({ consentAllow, consentDeny, consentAsks }).toEqual({
      consentAllow: 'Passt',
      consentDeny: 'Nein',
      consentAsks: DE.consentAsks,
    });
    expect(catalogue.get('fr')?.texts).toEqual({ ...EN, consentDeny: 'Refuser' });
  });

  it('knows one language by one tag', () => {
    expect([...createCatalogue({ DE: {}, 'pt-br': {} }).keys()]).toEqual(['en', 'de', 'pt-BR']);
  });

  it.each([
    { tag: 'ar', dir: 'rtl' },
    { tag: 'he', dir: 'rtl' },
    { tag: 'fa-IR', dir: 'rtl' },
    { tag: 'az-Arab', dir: 'rtl' },
    { tag: 'az', dir: 'ltr' },
    { tag: 'ja', dir: 'ltr' },
    { tag: 'de', dir: 'ltr' },
  ])('knows that $tag runs $dir', ({ tag, dir }) => {
    expect(createCatalogue({ [tag]: {} }).get(tag)?.dir).toBe(dir);
  });
});
