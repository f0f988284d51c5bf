import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { filesOf } from './files.ts';

/** What says what is wrong in words alone. */
const PLAIN = /^(?:Type|Range|Syntax)?Error$/;

/** Where one is made all the same, how many, and why nobody outside meets it. */
const INSIDE: Readonly<Record<string, readonly [number, string]>> = {
  'lib/http/elsewhere.ts': [2, 'the server makes the address, and is answered with the cause'],
  'lib/keys/key-set.ts': [2, 'a set of keys is made with one'],
  'lib/pages/pages.ts': [1, 'a language is chosen from those that were offered'],
  'lib/protocol/resource.ts': [1, 'whoever asks says what is wrong by a code of their own'],
  'lib/services/request-gate.ts': [1, 'a gate is made with a limit'],
  'lib/services/seal-for-grant.ts': [1, 'it is the cause of what is thrown'],
  'lib/storage/redis/commands.ts': [1, 'a command is defined before it is sent'],
  'lib/storage/redis/limiter.ts': [1, 'a command is defined before it is sent'],
  'lib/tokens/keyring.ts': [1, 'the options have a secret, or one is made'],
  'lib/tokens/registration-credentials.ts': [1, 'a keyring has a secret'],
  'lib/tokens/signing-keys.ts': [6, 'the options say it, with the code of the signing keys'],
};

/** Errors without a code that are thrown, or that a promise is rejected with. */
function plainIn({ path, text }: { readonly path: string; readonly text: string }): number {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  let count = 0;
  const look = (made: ts.Expression | undefined): void => {
    if (made && ts.isNewExpression(made) && PLAIN.test(made.expression.getText(source))) count += 1;
  };
  const visit = (node: ts.Node): void => {
    if (ts.isThrowStatement(node)) look(node.expression);
    if (ts.isCallExpression(node) && /\breject$/.test(node.expression.getText(source))) {
      look(node.arguments[0]);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return count;
}

describe('what is thrown', () => {
  it('has a code wherever a host can meet it: ArgumentError is a TypeError with one', () => {
    const sources = filesOf('lib').filter(({ path }) => path.endsWith('.ts'));
    const plain = sources.map((file) => [file.path, plainIn(file)] as const);
    expect(Object.fromEntries(plain.filter(([, count]) => count > 0))).toEqual(
      Object.fromEntries(Object.entries(INSIDE).map(([path, [count]]) => [path, count])),
    );
  });

  it('is seen when it has none', () => {
    const text =
      "throw new TypeError('a'); reject(new Error('b')); Promise.reject(new RangeError()); throw new ArgumentError('d'); const cause = new Error('e');";
    expect(plainIn({ path: 'a.ts', text })).toBe(3);
  });
});
