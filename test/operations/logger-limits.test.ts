import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { createSafeLogger, describeError, type LogFields } from '../../lib/operations/logger.ts';
import { createLogRecorder } from '../support/log-recorder.ts';

/** What becomes of a field. */
function logged(value: unknown): unknown {
  const { logger, entries } = createLogRecorder();
  createSafeLogger(logger).debug('message', { value });
  return entries[0]?.fields['value'];
}

/** The messages of an error and of what caused it, outermost first. */
function messages(described: unknown): unknown[] {
  const { message, cause } = Object(described) as LogFields;
  return message === undefined ? [] : [message, ...messages(cause)];
}

function chain(length: number): Error {
  let error = new Error(String(length));
  for (let n = length - 1; n > 0; n -= 1) error = new Error(String(n), { cause: error });
  return error;
}

describe('a list in a log', () => {
  it.each([0, 1, 20])('of %s is whole', (length) => {
    expect(logged(Array.from({ length }, (_, n) => n))).toHaveLength(length);
  });

  it.each([21, 100_000])('of %s is cut to twenty', (length) => {
    const list = Array.from({ length }, (_, n) => `scope:${String(n)}`);
    expect(logged(list)).toEqual(list.slice(0, 20));
  });

  it('is cut wherever it is', () => {
    const list = Array.from({ length: 30 }, () => 'a\nb');
    const { inside, lists } = logged({ inside: { list }, lists: [list] }) as {
      inside: { list: unknown[] };
      lists: unknown[][];
    };
    expect(inside.list).toEqual(list.slice(0, 20).map(() => 'a<U+000A>b'));
    expect(lists[0]).toHaveLength(20);
  });
});

describe('a chain of errors in a log', () => {
  it.each([1, 2, 6])('of %s is whole', (length) => {
    expect(messages(describeError(chain(length)))).toHaveLength(length);
  });

  it.each([7, 1000])('of %s is cut after five causes', (length) => {
    const whole = ['1', '2', '3', '4', '5', '6'];
    expect(messages(describeError(chain(length)))).toEqual(whole);
    expect(messages(logged(chain(length)))).toEqual(whole);
  });

  it('that is a ring is cut as well', () => {
    const [first, second] = [new Error('first'), new Error('second')];
    first.cause = second;
    second.cause = first;
    const whole = ['first', 'second', 'first', 'second', 'first', 'second'];
    expect(messages(describeError(first))).toEqual(whole);
    expect(messages(logged(first))).toEqual(whole);
  });
});

describe('an error of another realm in a log', () => {
  const foreign = runInNewContext(`
    const cause = Object.assign(new RangeError('the inner one'), { code: 'E_INNER', body: 'secret' });
    Object.assign(new TypeError('the outer\\none', { cause }), { command: { args: ['secret'] } });
  `) as Error;

  it('is described like one of ours', () => {
    expect(foreign).not.toBeInstanceOf(Error);
    expect(describeError(foreign)).toEqual({
      name: 'TypeError',
      message: 'the outer<U+000A>one',
      at: expect.arrayContaining([expect.stringMatching(/^at /)]),
      cause: {
        name: 'RangeError',
        message: 'the inner one',
        code: 'E_INNER',
        at: expect.arrayContaining([expect.stringMatching(/^at /)]),
      },
    });
  });

  it('is described as the cause of one of ours, and as a field, without its other members', () => {
    const outer = new Error('ours', { cause: foreign });
    expect(messages(describeError(outer))).toEqual([
      'ours',
      'the outer<U+000A>one',
      'the inner one',
    ]);
    for (const value of [foreign, [foreign], { error: foreign }, outer]) {
      const text = JSON.stringify(logged(value));
      expect(text).toContain('the inner one');
      expect(text).not.toContain('secret');
    }
  });

  it('says nothing of what JSON.parse quoted there', () => {
    const thrown = runInNewContext(
      `try { JSON.parse('{"password": secret'); } catch (error) { error }`,
    ) as Error;
    expect(String(thrown)).toContain('secret');
    expect(describeError(thrown)).toMatchObject({ name: 'SyntaxError' });
    expect(JSON.stringify(describeError(thrown))).not.toContain('secret');
  });

  it('is only a type when it only looks like an error', () => {
    const lookalike = runInNewContext(`({ name: 'Error', message: 'secret', stack: 'secret' })`);
    expect(describeError(lookalike)).toEqual({ name: 'object' });
  });
});
