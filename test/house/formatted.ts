/**
 * A text as the formatter of this repository leaves it.
 *
 * @module
 */
import * as prettier from 'prettier';

/** @param path - Of the file that it is for: it decides the language and the settings. */
export async function formatted(text: string, path: string): Promise<string> {
  return prettier.format(text, { ...(await prettier.resolveConfig(path)), filepath: path });
}
