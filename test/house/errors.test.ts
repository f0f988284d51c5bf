import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { CODES } from '../../lib/diagnostics/codes.ts';
import { anchorOf, ENTRIES } from '../../lib/diagnostics/finding.ts';
import { VARIABLES } from '../../lib/options/option-variables.ts';
import { RATE_LIMIT_VARIABLES } from '../../lib/options/rate-limits-check.ts';
import { filesOf, textOf } from './files.ts';

interface Entry {
  readonly code: string;
  readonly meaning: string;
  readonly sentences: readonly string[];
  readonly points: readonly string[];
}

/** An entry begins with its code, and ends where the next heading is. */
const ENTRY = /^### (\w+)\n\n([^\n]+)\n\n```text\n([\s\S]+?)\n```\n\n((?:- [^\n]+\n)+)/gm;

const entries: readonly Entry[] = [...textOf(ENTRIES).matchAll(ENTRY)].map(
  ([, code = '', meaning = '', said = '', points = '']) => ({
    code,
    meaning,
    sentences: said.split('\n'),
    points: points.trimEnd().split('\n'),
  }),
);

const LIST = 'lib/diagnostics/codes.ts';
const sources = filesOf('lib').filter(({ path }) => path.endsWith('.ts') && path !== LIST);

/** As it stands in a source, whatever it is quoted with. */
const written = sources.map(({ text }) => text.replace(/\\(['"`])/g, '$1')).join('\n');

/** What is constant in a sentence; `{...}` stands for what is not. */
function piecesOf(sentence: string): string[] {
  const pieces = sentence.split(/\{[^{}]*\}/).map((piece) => piece.trim());
  return pieces.filter((piece) => /\w{2}/.test(piece));
}

/** Those that something was set by; the others are of a server that runs. */
const configuration = entries.filter(({ points }) => points[0]?.startsWith('- Set by: '));

/** Of these any variable can be the one. */
const OF_VARIABLES = /^ERR_DCR_(?:VARIABLE_\w+|FILE_NOT_READABLE)$/;

/** And these are about names that no option has. */
const OF_OTHER_NAMES = 'ERR_DCR_OPTION_UNKNOWN';

/** The first column of the table of options. */
const [TABLE = ''] =
  /^\| Option .+\n(?:\|.*\n)+/m.exec(textOf('docs/app-developers/options.md')) ?? [];
const OPTIONS = [...TABLE.matchAll(/^\| `(\w+)`/gm)].map(([, name = '']) => name);

/** Each option of an entry, with the first variable in the brackets behind it. */
function settersOf({ points }: Entry): (readonly [string, string | undefined])[] {
  const [said = ''] = (points[0] ?? '').split(';');
  return [...said.matchAll(/`([a-z]\w*)`(?: \(`(DCR_\w+)`)?/g)].map(([, option = '', variable]) => [
    option,
    variable,
  ]);
}

/** Each limit has a variable of its own; an option that operators cannot set has none. */
function isVariableOf(option: string, variable: string | undefined): boolean {
  return option === 'rateLimits'
    ? Object.values<string | undefined>(RATE_LIMIT_VARIABLES).includes(variable)
    : VARIABLES[option as keyof typeof VARIABLES] === variable;
}

describe('docs/errors.md', () => {
  it('has every code of the list, in its order and with its meaning, and no other', () => {
    const documented = entries.map(({ code, meaning }) => [code, meaning]);
    expect(documented).toEqual(Object.entries(CODES));
  });

  it('has the code as a heading, by which it is linked to from a message', () => {
    expect(anchorOf('ERR_DCR_ISSUER_MISSING')).toBe('#err_dcr_issuer_missing');
    const headings = textOf(ENTRIES).match(/^#+ ERR_DCR_\w+$/gm);
    expect(headings).toEqual(Object.keys(CODES).map((code) => `### ${code}`));
  });

  it.each(entries)('says of $code where it is met, why, and what to do', ({ points }) => {
    expect(points).toEqual([
      expect.stringMatching(/^- (Set by:|Thrown |In the log at |The condition |A problem of )/),
      expect.stringMatching(/^- Why: .+[.)]$/),
      expect.stringMatching(/^- What to do: .+[.)]$/),
    ]);
  });

  it('has each sentence as it is in the code', () => {
    const all = entries.flatMap(({ sentences }) => sentences);
    const foreign = all.filter((one) => piecesOf(one).some((piece) => !written.includes(piece)));
    expect(all.filter((one) => piecesOf(one).length === 0)).toEqual([]);
    expect(foreign).toEqual([]);
  });

  it('has an entry of the configuration for each option that can be wrong', () => {
    expect(configuration.length).toBeGreaterThan(30);
    const named = new Set(configuration.flatMap((entry) => settersOf(entry).map(([name]) => name)));
    expect([...named].filter((name) => !OPTIONS.includes(name))).toEqual([]);
    // It is taken as it is, and called under guard.
    expect(OPTIONS.filter((name) => !named.has(name))).toEqual(['logger']);
  });

  it.each(configuration.filter(({ code }) => !OF_VARIABLES.test(code) && code !== OF_OTHER_NAMES))(
    'names the options that $code is about, each with its variable',
    (entry) => {
      const setters = settersOf(entry);
      expect(setters.length).toBeGreaterThan(0);
      expect(setters.filter(([option, variable]) => !isVariableOf(option, variable))).toEqual([]);
    },
  );

  it.each(configuration.filter(({ code }) => OF_VARIABLES.test(code)))(
    'says of $code which variable it is about',
    ({ points }) => {
      expect(points[0]).toMatch(/variable that (the message names$|begins with `DCR_`$)/);
    },
  );

  it('names the variable of an option rightly wherever it has one', () => {
    const named = entries.flatMap(({ points }) =>
      [...(points[0] ?? '').matchAll(/`(\w+)` \(`(DCR_\w+)`/g)].map(([, option, variable]) => ({
        option,
        variable,
      })),
    );
    expect(named.length).toBeGreaterThan(50);
    const wrong = named.filter(({ option = '', variable }) => !isVariableOf(option, variable));
    expect(wrong).toEqual([]);
  });

  it('names only variables that there are', () => {
    const known = textOf('docs/environment.md');
    const named = textOf(ENTRIES).match(/\bDCR_[A-Z_]*[A-Z]\b(?!_\*)/g) ?? [];
    expect(named).toContain('DCR_ISSUER');
    expect([...new Set(named)].filter((name) => !known.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('the list of codes', () => {
  it('has every code that the sources say, and none that they do not', () => {
    const said = new Set(sources.flatMap(({ text }) => text.match(/\bERR_DCR_[A-Z_]+\b/g) ?? []));
    expect([...said].sort()).toEqual(Object.keys(CODES).sort());
  });

  it('says each meaning in one short sentence', () => {
    const odd = Object.values(CODES).filter((meaning) => !/^[A-Z].{9,88}[^.]\.$/.test(meaning));
    expect(odd).toEqual([]);
  });
});

/** Whether what a line of the log is given has a code: said there, or in what it is put together from. */
function hasCode(call: ts.CallExpression, source: ts.SourceFile): boolean {
  const [, fields] = call.arguments;
  if (fields === undefined) return false;
  if (ts.isObjectLiteralExpression(fields)) {
    return fields.properties.some((property) => property.name?.getText(source) === 'code');
  }
  const declaration = new Map<string, ts.Expression>();
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && node.initializer) {
      declaration.set(node.name.getText(source), node.initializer);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  const made = declaration.get(fields.getText(source));
  return made !== undefined && /\bcode\b/.test(made.getText(source));
}

function warningsOf({ path, text }: { readonly path: string; readonly text: string }) {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: { readonly line: string; readonly isCoded: boolean }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const { name, expression } = node.expression;
      const isLogger = /logger$/i.test(expression.getText(source));
      if (isLogger && ['warn', 'error'].includes(name.text)) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart());
        found.push({ line: `${path}:${String(line + 1)}`, isCoded: hasCode(node, source) });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

describe('each line of the log at warn and error', () => {
  it('has a code', () => {
    const all = sources.flatMap(warningsOf);
    expect(all.length).toBeGreaterThan(20);
    expect(all.filter(({ isCoded }) => !isCoded).map(({ line }) => line)).toEqual([]);
  });

  it('is seen when it has none', () => {
    const text =
      "deps.logger.warn('a'); this.#logger.error('b', { c }); logger.warn('d', { code });";
    expect(warningsOf({ path: 'a.ts', text }).map(({ isCoded }) => isCoded)).toEqual([
      false,
      false,
      true,
    ]);
  });
});
