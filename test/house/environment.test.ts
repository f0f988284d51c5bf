import { describe, expect, it } from '@jest/globals';
import { optionsFromEnv } from '../../lib/env.ts';
import { ConfigurationError } from '../../lib/options/configuration-error.ts';
import { environmentPage, SECTIONS } from './environment-page.ts';
import { textOf } from './files.ts';
import { formatted } from './formatted.ts';

const variables = SECTIONS.flatMap((section) => section.variables);

/** What is said about one variable when the environment is this. */
function messagesAbout(name: string, value: string): string[] {
  const login = {
    DCR_UPSTREAM_ISSUER: 'https://login.example.com',
    DCR_UPSTREAM_CLIENT_ID: 'mcp',
    ...(value !== 'none' && { DCR_UPSTREAM_CLIENT_SECRET: 'a-secret-of-the-provider' }),
  };
  try {
    optionsFromEnv({ DCR_ISSUER: 'https://app.example.com', ...login, [name]: value });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.flatMap(({ variable, message }) => (variable === name ? [message] : []));
  }
}

describe('docs/environment.md', () => {
  it('is what `npm run docs:environment` writes', async () => {
    const path = 'docs/environment.md';
    expect(textOf(path)).toBe(await formatted(environmentPage(), path));
  });

  it('says of each variable one sentence, without a period at the end', () => {
    const odd = variables.filter(({ meaning }) => !/^[A-Z`[].*[^.\s]$/.test(meaning));
    expect(odd.map(({ name }) => name)).toEqual([]);
  });
});

const choices = variables.flatMap(({ name, words = [] }) => words.map((word) => ({ name, word })));

describe('the words that a variable may say', () => {
  it.each(variables.filter(({ words }) => words))('are all that $name may say', ({ name }) => {
    expect(messagesAbout(name, 'x')).toHaveLength(1);
  });

  it.each(choices)('$word is one of $name', ({ name, word }) => {
    expect(messagesAbout(name, word)).toEqual([]);
  });
});
