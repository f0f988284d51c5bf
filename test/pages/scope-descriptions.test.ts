import { describe, expect, it } from '@jest/globals';
import { describeScope, type ScopeDescriptions } from '../../lib/pages/scope-descriptions.ts';
import { languageOf } from './support.ts';

const ENGLISH = languageOf('en');

/** A reader who understands these languages, best first. */
const reader =
  (...wanted: string[]) =>
  (languages: readonly string[]): string | undefined =>
    wanted.find((language) => languages.includes(language));

const nobody = reader();

/** The words alone. */
function said(
  scope: string,
  descriptions: ScopeDescriptions,
  choose: Parameters<typeof describeScope>[2],
): string {
  return describeScope(scope, descriptions, choose, ENGLISH).text;
}

describe('describing a scope', () => {
  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'])(
    'takes nothing from the prototype for a scope called %s',
    (scope) => {
      expect(said(scope, {}, nobody)).toBe(scope);
      expect(said(scope, { other: 'x' }, reader('en'))).toBe(scope);
    },
  );

  it('takes nothing that the descriptions only inherit', () => {
    const descriptions = Object.create({ 'mcp:tools': 'Inherited' }) as ScopeDescriptions;
    expect(said('mcp:tools', descriptions, nobody)).toBe('mcp:tools');
  });

  it.each(['constructor', '__proto__'])('describes a scope called %s when told', (scope) => {
    const descriptions = JSON.parse(`{"${scope}":"Do it"}`) as ScopeDescriptions;
    expect(said(scope, descriptions, nobody)).toBe('Do it');
  });

  const TEXTS = { 'mcp:tools': { de: 'Werkzeuge benutzen', en: 'Use tools', 'pt-BR': 'Usar' } };

  it.each([
    { name: 'in the language that is chosen', wanted: ['de', 'en'], want: 'Werkzeuge benutzen' },
    { name: 'in the language with a region that is chosen', wanted: ['pt-BR'], want: 'Usar' },
    { name: 'in English when none fits', wanted: ['fr'], want: 'Use tools' },
    { name: 'in English when nothing is known of the reader', wanted: [], want: 'Use tools' },
  ])('speaks $name', ({ wanted, want }) => {
    expect(said('mcp:tools', TEXTS, reader(...wanted))).toBe(want);
  });

  it.each([
    { name: 'that was chosen', wanted: ['pt-BR'], language: 'pt-BR' },
    { name: 'that it fell back to', wanted: [], language: 'en' },
  ])('names the language $name', ({ wanted, language }) => {
    expect(describeScope('mcp:tools', TEXTS, reader(...wanted), ENGLISH)).toHaveProperty(
      'language',
      language,
    );
    expect(describeScope('openid', {}, reader(...wanted), ENGLISH)).not.toHaveProperty('language');
  });

  it('speaks the first language there is when none fits and there is no English', () => {
    const texts = { 'mcp:tools': { fr: 'Utiliser', de: 'Benutzen' } };
    expect(said('mcp:tools', texts, reader('es'))).toBe('Utiliser');
  });

  it.each([
    { scope: 'openid', want: 'Know who you are' },
    { scope: 'profile', want: 'See your name and profile' },
    { scope: 'email', want: 'See your e-mail address' },
    { scope: 'offline_access', want: 'Stay connected when you are not using the app' },
    { scope: 'mcp:tools', want: 'mcp:tools' },
  ])('says of itself that $scope is: $want', ({ scope, want }) => {
    expect(said(scope, {}, nobody)).toBe(want);
    expect(said(scope, { [scope]: {} }, nobody)).toBe(want);
  });

  it('lets the operator describe the standard scopes', () => {
    expect(said('openid', { openid: 'Who?' }, nobody)).toBe('Who?');
    expect(said('openid', { openid: { en: 'Who?' } }, nobody)).toBe('Who?');
  });

  it('asks for a choice among the languages there are', () => {
    const asked: (readonly string[])[] = [];
    said('mcp:tools', TEXTS, (languages) => {
      asked.push(languages);
      return undefined;
    });
    expect(asked).toEqual([['de', 'en', 'pt-BR']]);
  });
});
