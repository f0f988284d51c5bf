import { describe, expect, it } from '@jest/globals';
import { pagesProblems } from '../../lib/pages/pages-check.ts';

describe('the option pages', () => {
  it.each<{ name: string; pages: unknown; says: string }>([
    {
      name: 'a text',
      pages: 'a',
      says: 'must be an object with any of name, logo, colour, texts, render',
    },
    {
      name: 'an unknown member',
      pages: { color: '#000000' },
      says: '"color" is not one of name, logo, colour, texts, render',
    },
    { name: 'an empty name', pages: { name: ' ' }, says: 'name must be a text' },
    {
      name: 'a renderer that is none',
      pages: { render: 'a' },
      says: 'render must be a function that returns HTML',
    },
    ...[
      'http://cdn.example/logo.svg',
      '//cdn.example/logo.svg',
      '/\\cdn.example/logo.svg',
      'data:image/svg+xml,a',
      'file:///logo.svg',
      'https://user:secret@cdn.example/logo.svg',
      'https://cdn.example/logo.svg; script-src *',
      'logo.svg',
      'https://',
      '',
      1,
    ].map((url) => ({
      name: `the logo ${String(url)}`,
      pages: { logo: { url, alt: '' } },
      says: 'logo.url must be an https URL, or a path on this origin such as /logo.svg',
    })),
    {
      name: 'a logo without words',
      pages: { logo: { url: '/logo.svg' } },
      says: 'logo.alt must be a text: what the logo says, or empty when the name says it',
    },
    {
      name: 'a colour by name',
      pages: { colour: 'red' },
      says: 'colour must be a colour such as #1a56c4',
    },
    {
      name: 'a colour that ends the style',
      pages: { colour: '#000000; } *' },
      says: 'colour must be a colour such as #1a56c4',
    },
    {
      name: 'a pale colour',
      pages: { colour: '#ff9900' },
      says: 'colour #ff9900 has a contrast of 2.1 with the page, and text needs 4.5: take a darker one',
    },
    {
      name: 'a deep colour on dark',
      pages: { colour: { light: '#000000', dark: '#333333' } },
      says: 'colour.dark #333333 has a contrast of 1.4 with the page, and text needs 4.5: take a lighter one',
    },
    {
      name: 'only one of two colours',
      pages: { colour: { light: '#000000' } },
      says: 'colour.dark must be a colour such as #1a56c4',
    },
    {
      name: 'texts that are none',
      pages: { texts: [] },
      says: 'texts must be an object with the texts of each language',
    },
    {
      name: 'a language that is none',
      pages: { texts: { de_AT: {} } },
      says: 'texts: "de_AT" is not a language tag such as pt-BR',
    },
    {
      name: 'a language without texts',
      pages: { texts: { de: 'a' } },
      says: 'texts.de must be an object',
    },
    {
      name: 'a text that there is not',
      pages: { texts: { de: { constructor: 'a' } } },
      says: 'texts.de.constructor is not a text of the pages',
    },
    {
      name: 'an empty text',
      pages: { texts: { de: { consentDeny: '' } } },
      says: 'texts.de.consentDeny must be a text that is not empty',
    },
    {
      name: 'a text without its place',
      pages: { texts: { de: { consentName: 'Die App' } } },
      says: 'texts.de.consentName must have {name} in it, and no other',
    },
    {
      name: 'a text with another place',
      pages: { texts: { de: { consentName: '{name} {id}' } } },
      says: 'texts.de.consentName must have {name} in it, and no other',
    },
    {
      name: 'a place where there is none',
      pages: { texts: { de: { consentDeny: '{name}' } } },
      says: 'texts.de.consentDeny must have no {...} in it',
    },
  ])('is refused with $name', ({ pages, says }) => {
    expect(pagesProblems(pages)).toEqual([says]);
  });

  it('is told all that is wrong at once', () => {
    expect(pagesProblems({ name: 1, logo: {}, colour: 'a', texts: { x: 1 } })).toHaveLength(5);
  });

  it.each<{ name: string; pages: object | undefined }>([
    { name: 'nothing', pages: undefined },
    { name: 'nothing in it', pages: {} },
    {
      name: 'a name and a logo',
      pages: { name: 'A', logo: { url: 'https://cdn.example/a.svg', alt: '' } },
    },
    { name: 'one colour', pages: { colour: '#0b6b3a' } },
    { name: 'two colours', pages: { colour: { light: '#0b6b3a', dark: '#7fd6a8' } } },
    { name: 'texts', pages: { texts: { 'pt-br': { consentName: 'O app se chama {name}.' } } } },
    { name: 'a renderer', pages: { render: () => undefined } },
  ])('is fine with $name', ({ pages }) => {
    expect(pagesProblems(pages)).toEqual([]);
  });
});
