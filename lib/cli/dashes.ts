/**
 * Values that begin with a dash, as ids of grants may.
 *
 * @module
 */

type Options = Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>;

/**
 * What follows an option that takes a text is that text, also with a dash in front, for which
 * `parseArgs` wants `--name=-text`. Unless it is an option itself: then the text was forgotten.
 *
 * @returns The words, some of them joined to the option before.
 */
export function withDashes(words: readonly string[], options: Options): string[] {
  const end = words.indexOf('--');
  const [own, others] = end < 0 ? [words, []] : [words.slice(0, end), words.slice(end)];
  const isOption = (word: string): boolean =>
    word === '-h' || Object.hasOwn(options, nameIn(word) ?? '');
  const joined: string[] = [];
  let wants = false;
  for (const word of own) {
    const isValue = wants && word.startsWith('-') && !isOption(word);
    if (isValue) joined.push(`${joined.pop() ?? ''}=${word}`);
    else joined.push(word);
    wants = !wants && !word.includes('=') && options[nameIn(word) ?? '']?.type === 'string';
  }
  return [...joined, ...others];
}

function nameIn(word: string): string | undefined {
  return /^--([^=]+)/.exec(word)?.[1];
}
