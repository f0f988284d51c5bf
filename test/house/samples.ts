/**
 * The samples of TypeScript in the documentation, each as the module that it stands for.
 *
 * What a sample needs around it is in a comment right before it, which no reader sees:
 *
 *     <!-- sample mounting
 *     import { host } from './host.ts';
 *     const { app } = host();
 *     // ...
 *     export { app, authorizationServer };
 *     -->
 *
 * A name behind `sample` is how a test finds it; every one that is named `mounting` is started. What
 * follows stands before the sample, and what is below `// ...` behind it. Its files are those of
 * `test/house/samples`, or of `test/recipes`. With `<!-- no sample: why -->` a block is not compiled;
 * with `<!-- excerpt -->` it stands word for word in a file beside the document, which is.
 *
 * @module
 */
import { join } from 'node:path';
import { filesOf, ROOT } from './files.ts';

export interface Sample {
  /** Where it stands, as `docs/app-developers.md:21`. */
  readonly place: string;
  readonly document: string;
  /** What is between the fences. */
  readonly code: string;
  readonly isTypeScript: boolean;
  readonly name?: string;
  /** Why it is not compiled. */
  readonly refusal?: string;
  readonly isExcerpt?: true;
  /** The whole module. */
  readonly module: string;
  /** How many lines of the module stand before the sample. */
  readonly linesBefore: number;
  /** Where the module would be a file. */
  readonly path: string;
}

/** Where the modules of samples find their surroundings; the first is where they themselves would be. */
export const SURROUNDINGS = [join(ROOT, 'test/house/samples'), join(ROOT, 'test/recipes')] as const;

const FENCE =
  /^(?<comment><!--(?<words>(?:(?!-->)[\s\S])*)-->\n+)?^```(?<language>\w+)\n(?<code>[\s\S]*?)^```$/gm;
/** Those of JavaScript are compiled as well. */
const TYPESCRIPT = new Set(['ts', 'typescript', 'js', 'javascript']);

/** All of a document. @throws {Error} For a comment that says nothing that is understood. */
export function samplesIn(document: string, text: string): Sample[] {
  return [...text.matchAll(FENCE)].map((match) => {
    const { comment = '', words, language = '', code = '' } = match.groups ?? {};
    const line = text.slice(0, match.index + comment.length).split('\n').length;
    const place = `${document}:${String(line)}`;
    const { before = '', behind = '', ...told } = surroundings(words, place);
    const path = join(SURROUNDINGS[0], `${document.replace(/\W+/g, '-')}-${String(line)}.ts`);
    // A sample without an import is a module all the same: its names are its own.
    const module = `${before}${code}${behind}\nexport {};\n`;
    const linesBefore = before.split('\n').length - 1;
    const isTypeScript = TYPESCRIPT.has(language);
    return { place, document, code, isTypeScript, ...told, module, linesBefore, path };
  });
}

interface Surroundings {
  readonly name?: string;
  readonly refusal?: string;
  readonly isExcerpt?: true;
  readonly before?: string;
  readonly behind?: string;
}

/** @param words - The comment; other comments are none of ours. */
function surroundings(words: string | undefined, place: string): Surroundings {
  const text = words?.trim() ?? '';
  const refusal = /^no sample: (?<why>\S[^\n]*)$/.exec(text)?.groups?.['why'];
  if (refusal !== undefined) return { refusal };
  if (text === 'excerpt') return { isExcerpt: true };
  const [first = '', ...lines] = text.split('\n');
  const [word, name, ...more] = first.trim().split(/\s+/);
  if (!/\bsample\b/.test(first)) return {};
  if (word !== 'sample' || more.length > 0) throw new Error(`${place}: ${first} says nothing`);
  const cut = lines.indexOf('// ...');
  const before = cut === -1 ? lines : lines.slice(0, cut);
  const behind = cut === -1 ? [] : lines.slice(cut + 1);
  return {
    ...(name !== undefined && { name }),
    before: before.map((one) => `${one}\n`).join(''),
    behind: behind.map((one) => `${one}\n`).join(''),
  };
}

/** Those of all documents. */
export function allSamples(): Sample[] {
  return filesOf()
    .filter(({ path }) => path.endsWith('.md'))
    .flatMap(({ path, text }) => samplesIn(path, text));
}

/** The one of that name. @throws {Error} When there is none, or there are several. */
export function sampleNamed(document: string, name: string): Sample {
  const found = allSamples().filter((one) => one.document === document && one.name === name);
  const [sample] = found;
  if (!sample || found.length > 1) {
    throw new Error(`${document} has ${String(found.length)} samples that are named ${name}`);
  }
  return sample;
}
