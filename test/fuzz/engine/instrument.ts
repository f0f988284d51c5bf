/**
 * Source text that tells where it has been: each branch adds one to a counter of its own, and each
 * comparison of two texts that differ is noted, so that a fuzzer can guess what would have been equal.
 *
 * @module
 */
import ts from 'typescript';

export interface Instrumented {
  readonly code: string;
  /** How many branches there are; they are numbered on from the first. */
  readonly branches: number;
}

/** Texts in the source that may be worth trying: neither single letters nor whole sentences. */
const WORTH_TRYING = /^\S.{0,58}\S$/;

/** Whether the right side runs depends on the left one. */
const MAY_STOP: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
]);

/** @param first - The number of the first branch. */
export function instrumented(source: string, fileName: string, first: number): Instrumented {
  let branches = 0;
  const words = new Set<string>();

  const transform: ts.TransformerFactory<ts.SourceFile> = (context) => {
    const { factory: make } = context;
    const part = (name: string): ts.Expression =>
      make.createPropertyAccessExpression(make.createIdentifier('__fuzz'), name);
    const passed = (): ts.Expression => {
      const counter = make.createElementAccessExpression(
        part('branches'),
        first + (branches += 1) - 1,
      );
      return make.createPostfixUnaryExpression(counter, ts.SyntaxKind.PlusPlusToken);
    };
    const passing = (): ts.Statement => make.createExpressionStatement(passed());
    const marked = (expression: ts.Expression): ts.Expression =>
      make.createParenthesizedExpression(
        make.createBinaryExpression(
          passed(),
          ts.SyntaxKind.CommaToken,
          make.createParenthesizedExpression(expression),
        ),
      );
    const markedBlock = (statement: ts.Statement): ts.Block =>
      make.createBlock(
        [passing(), ...(ts.isBlock(statement) ? statement.statements : [statement])],
        true,
      );
    const compared = (left: ts.Expression, right: ts.Expression, isNot: boolean): ts.Expression => {
      const call = make.createCallExpression(part('isSame'), undefined, [left, right]);
      return isNot ? make.createLogicalNot(call) : call;
    };

    const binary = (node: ts.BinaryExpression): ts.Expression => {
      const { left, right, operatorToken } = node;
      const { kind } = operatorToken;
      if (MAY_STOP.has(kind))
        return make.updateBinaryExpression(node, left, operatorToken, marked(right));
      if (kind === ts.SyntaxKind.EqualsEqualsEqualsToken) return compared(left, right, false);
      if (kind === ts.SyntaxKind.ExclamationEqualsEqualsToken) return compared(left, right, true);
      return node;
    };

    const after = (node: ts.Node, parent: ts.Node): ts.Node => {
      if (ts.isBinaryExpression(node)) return binary(node);
      if (ts.isConditionalExpression(node)) {
        const { condition, questionToken, whenTrue, colonToken, whenFalse } = node;
        const [yes, no] = [marked(whenTrue), marked(whenFalse)];
        return make.updateConditionalExpression(
          node,
          condition,
          questionToken,
          yes,
          colonToken,
          no,
        );
      }
      if (ts.isIfStatement(node)) {
        const { expression, thenStatement, elseStatement } = node;
        const otherwise = elseStatement ?? make.createBlock([]);
        const [yes, no] = [markedBlock(thenStatement), markedBlock(otherwise)];
        return make.updateIfStatement(node, expression, yes, no);
      }
      if (ts.isCaseOrDefaultClause(node)) {
        const statements = [passing(), ...node.statements];
        return ts.isCaseClause(node)
          ? make.updateCaseClause(node, node.expression, statements)
          : make.updateDefaultClause(node, statements);
      }
      if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) {
        const { modifiers, typeParameters, parameters, type, equalsGreaterThanToken, body } = node;
        const marks = marked(body);
        return make.updateArrowFunction(
          node,
          modifiers,
          typeParameters,
          parameters,
          type,
          equalsGreaterThanToken,
          marks,
        );
      }
      const isBody =
        ts.isBlock(node) &&
        (ts.isFunctionLike(parent) ||
          ts.isCatchClause(parent) ||
          ts.isIterationStatement(parent, false));
      return isBody ? make.updateBlock(node, [passing(), ...node.statements]) : node;
    };

    const visit = (node: ts.Node, parent: ts.Node): ts.Node => {
      // Neither types nor the names of modules run.
      if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node))
        return node;
      if (ts.isStringLiteralLike(node) && WORTH_TRYING.test(node.text)) words.add(node.text);
      return after(
        ts.visitEachChild(node, (child) => visit(child, node), context),
        parent,
      );
    };
    return (file) => ts.visitEachChild(file, (child) => visit(child, file), context);
  };

  const { outputText } = ts.transpileModule(source, {
    fileName,
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      inlineSourceMap: true,
    },
    transformers: { before: [transform] },
  });
  const about = JSON.stringify({ file: fileName, first, branches, words: [...words] });
  // On one line with what follows, so that lines keep their numbers.
  const header = `const __fuzz = globalThis.__fuzz; __fuzz.entered(${about});`;
  return { code: header + outputText, branches };
}
