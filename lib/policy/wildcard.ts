/**
 * Texts with `*` for anything, also nothing.
 *
 * @module
 */

/**
 * Whether a text is what a pattern says, letter by letter. Each part is looked for once, from where the
 * one before it ended: no pattern makes it slow, as a regular expression could be made.
 *
 * @param pattern - `*` is the only character with a meaning of its own.
 */
export function matchesWildcard(text: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (text.length < first.length + last.length) return false;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  const middle = text.slice(0, text.length - last.length);
  let from = first.length;
  return rest.every((part) => {
    const at = middle.indexOf(part, from);
    from = at + part.length;
    return at >= 0;
  });
}
