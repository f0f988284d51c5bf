/**
 * The real lint configuration, put to source text that stands in no file.
 *
 * Rules that need types need a file of the project; the rules of the house do not, so they are taken
 * out of the real configuration one by one and run alone.
 *
 * @module
 */
import { createRequire } from 'node:module';
import { ROOT } from './files.ts';

type RuleSetting = string | number | [string | number, ...unknown[]];

interface LintMessage {
  readonly ruleId: string | null;
  readonly message: string;
}

/** What is used here of ESLint's class, which comes without types. */
interface Linter {
  calculateConfigForFile(path: string): Promise<{ rules: Record<string, RuleSetting> }>;
  lintText(text: string, options: { filePath: string }): Promise<{ messages: LintMessage[] }[]>;
}

const { ESLint } = createRequire(import.meta.url)('eslint') as {
  ESLint: new (options: Record<string, unknown>) => Linter;
};

const real = new ESLint({ cwd: ROOT });

/** How the real configuration sets a rule for a path, whether a file is there or not. */
export async function settingOf(path: string, rule: string): Promise<RuleSetting> {
  const { rules } = await real.calculateConfigForFile(path);
  return rules[rule] ?? 'off';
}

/**
 * What one rule, as it is set for `path`, says about a text.
 *
 * @returns The messages, without place; a text that cannot be parsed is an error of the test.
 */
export async function lint(rule: string, path: string, text: string): Promise<string[]> {
  const alone = new ESLint({
    cwd: ROOT,
    useEslintrc: false,
    overrideConfig: {
      root: true,
      env: { node: true, es2023: true },
      parser: '@typescript-eslint/parser',
      parserOptions: { sourceType: 'module', ecmaVersion: 2023 },
      plugins: ['@typescript-eslint', 'regexp'],
      rules: { [rule]: await settingOf(path, rule) },
    },
  });
  const results = await alone.lintText(text, { filePath: path });
  return results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message }) => {
      if (ruleId !== rule) throw new Error(`${path}: ${message}`);
      return message;
    }),
  );
}
