import { describe, expect, it } from '@jest/globals';
import { isLookalike } from '../../lib/protocol/display-text.ts';

describe('a name that may be read as another (CONSENT-16)', () => {
  it.each([
    { name: 'Cyrillic among Latin', text: 'G\u043E\u043Egle' },
    { name: 'Greek among Latin', text: 'G\u03BF\u03BFgle Drive' },
    { name: 'Latin among Cyrillic', text: '\u042F\u043Dde\u043A\u0441' },
    { name: 'Cherokee among Latin', text: '\u13A0pple' },
    { name: 'Cyrillic that is drawn as Latin', text: '\u0430\u0440\u0440\u04CF\u0435' },
    { name: 'Cyrillic capitals drawn as Latin', text: 'Notes \u0421\u041E\u041C' },
    { name: 'full width', text: '\uFF27oogle' },
    { name: 'bold of formulas', text: '\u{1D406}\u{1D428}' },
    { name: 'script of formulas', text: '\u210Bello' },
    { name: 'a ligature', text: 'Of\uFB01ce' },
  ])('is told: $name', ({ text }) => {
    expect(isLookalike(text)).toBe(true);
  });

  it.each([
    { name: 'nothing', text: '' },
    { name: 'Latin with marks', text: 'Caf\u00E9 S\u0327irketi \u0141\u00F3d\u017A' },
    { name: 'Cyrillic', text: '\u0417\u0430\u043C\u0435\u0442\u043A\u0438' },
    { name: 'Greek', text: '\u03A3\u03B7\u03BC\u03B5\u03B9\u03CE\u03C3\u03B5\u03B9\u03C2' },
    { name: 'words of two alphabets', text: '\u042F\u043D\u0434\u0435\u043A\u0441 Notes' },
    { name: 'Japanese with Latin', text: 'LINE\u30CE\u30FC\u30C8\u5E33' },
    { name: 'Arabic', text: '\u0645\u0631\u062D\u0628\u0627' },
    { name: 'one letter', text: '\u0430' },
    { name: 'ordinals', text: '1\u00BA 2\u00AA' },
    { name: 'signs and emoji', text: 'Notes\u2122 \u{1F600} 42' },
  ])('is let be: $name', ({ text }) => {
    expect(isLookalike(text)).toBe(false);
  });
});
