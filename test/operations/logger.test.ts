import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { createSafeLogger, describeError, printable } from '../../lib/operations/logger.ts';
import { createLogRecorder } from '../support/log-recorder.ts';

describe('text of strangers in a log', () => {
  it.each([
    { name: 'a line end', text: 'a\n{"level":"info"}', want: 'a<U+000A>{"level":"info"}' },
    { name: 'a carriage return', text: 'a\r\nb', want: 'a<U+000D><U+000A>b' },
    { name: 'a null', text: 'a\0b', want: 'a<U+0000>b' },
    { name: 'a tab', text: 'a\tb', want: 'a<U+0009>b' },
    {
      name: 'a terminal escape',
      text: '\u001b[2J\u001b[31mred',
      want: '<U+001B>[2J<U+001B>[31mred',
    },
    { name: 'a C1 control', text: 'a\u0085\u009bb', want: 'a<U+0085><U+009B>b' },
    { name: 'a delete', text: 'a\u007fb', want: 'a<U+007F>b' },
    { name: 'line and paragraph separators', text: 'a\u2028b\u2029c', want: 'a<U+2028>b<U+2029>c' },
    { name: 'a right-to-left override', text: 'a\u202eb', want: 'a<U+202E>b' },
    { name: 'an isolate', text: '\u2066a\u2069', want: '<U+2066>a<U+2069>' },
    { name: 'a right-to-left mark', text: 'a\u200fb', want: 'a<U+200F>b' },
    { name: 'a zero-width space', text: 'a\u200bb', want: 'a<U+200B>b' },
    { name: 'a byte order mark', text: '\ufeffa', want: '<U+FEFF>a' },
    { name: 'a soft hyphen', text: 'a\u00adb', want: 'a<U+00AD>b' },
    { name: 'a tag', text: 'a\u{e0041}b', want: 'a<U+E0041>b' },
    { name: 'a private-use character', text: 'a\ue000b', want: 'a<U+E000>b' },
    { name: 'half a surrogate pair', text: 'a\ud83db', want: 'a<U+D83D>b' },
  ])('has no $name', ({ text, want }) => {
    expect(printable(text)).toBe(want);
  });

  it('is cut to 200 characters', () => {
    expect(printable('a'.repeat(200))).toBe('a'.repeat(200));
    expect(printable('a'.repeat(201))).toBe(`${'a'.repeat(200)}...`);
    expect(printable('a'.repeat(100_000))).toHaveLength(203);
  });

  it('is whole where it is cut through a character', () => {
    expect(printable(`${'a'.repeat(199)}\u{1f600}`)).toBe(`${'a'.repeat(199)}<U+D83D>...`);
  });

  it.each(['openid', 'Caf\u00e9 \u4e2d\u6587 \u0645', '\u{1f600}', '<script>', '"quoted"', '%0a'])(
    'stays as it is: %s',
    (text) => {
      expect(printable(text)).toBe(text);
    },
  );
});

describe('a safe logger', () => {
  it.each(['debug', 'info', 'warn', 'error'] as const)('passes %s on', (level) => {
    const { logger, entries } = createLogRecorder();
    createSafeLogger(logger)[level]('message', { path: '/x', status: 400 });
    expect(entries).toEqual([{ level, message: 'message', fields: { path: '/x', status: 400 } }]);
  });

  it('passes a message without fields on', () => {
    const { logger, entries } = createLogRecorder();
    createSafeLogger(logger).info('message');
    expect(entries).toEqual([{ level: 'info', message: 'message', fields: {} }]);
  });

  it('cleans texts wherever they are', () => {
    const { logger, entries } = createLogRecorder();
    createSafeLogger(logger).debug('message', {
      name: 'a\nb',
      list: ['a\nb', ['c\u202ed'], 1],
      inside: { deeper: { name: 'a\nb' } },
      error: new Error('a\nb'),
      none: null,
      yes: true,
    });
    expect(entries[0]?.fields).toEqual({
      name: 'a<U+000A>b',
      list: ['a<U+000A>b', ['c<U+202E>d'], 1],
      inside: { deeper: { name: 'a<U+000A>b' } },
      error: { name: 'Error', message: 'a<U+000A>b', at: expect.any(Array) },
      none: null,
      yes: true,
    });
  });

  it('keeps `this` of the logger it was given', () => {
    class Counting {
      count = 0;
      debug(): void {
        this.count += 1;
      }
      info = this.debug;
      warn = this.debug;
      error = this.debug;
    }
    const counting = new Counting();
    createSafeLogger(counting).debug('message');
    expect(counting.count).toBe(1);
  });
});

describe('an error in a log', () => {
  it('is what it is called and where it happened', () => {
    const described = describeError(new TypeError('what happened'));
    expect(described).toEqual({
      name: 'TypeError',
      message: 'what happened',
      at: expect.any(Array),
    });
    const { at } = described as { at: string[] };
    expect(at.length).toBeLessThanOrEqual(5);
    expect(at[0]).toMatch(/^at .*logger\.test\.ts:\d+:\d+\)?$/);
  });

  it('has its code and its cause, and of the cause as little', () => {
    const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', address: 'secret' });
    const error = new Error('the store is unavailable', { cause });
    expect(describeError(error)).toMatchObject({
      message: 'the store is unavailable',
      cause: { name: 'Error', message: 'refused', code: 'ECONNREFUSED' },
    });
    expect(JSON.stringify(describeError(error))).not.toContain('secret');
  });

  it.each([
    {
      name: 'the command of a Redis client',
      members: { command: { name: 'set', args: ['secret'] } },
    },
    { name: 'the body of a parser', members: { body: 'secret', type: 'entity.parse.failed' } },
    { name: 'a request', members: { req: { headers: { authorization: 'secret' } } } },
    { name: 'a code that is an object', members: { code: { secret: 'secret' } } },
    { name: 'a cause that is no error', members: { cause: { secret: 'secret' } } },
    { name: 'a cause that is a text', members: { cause: 'secret' } },
    { name: 'how it wants to be written', members: { toJSON: () => 'secret' } },
  ])('leaves out $name', ({ members }) => {
    const { logger, text } = createLogRecorder();
    const error = Object.assign(new Error('failed'), members);
    createSafeLogger(logger).error('request failed', { cause: error, list: [error] });
    expect(text()).toContain('failed');
    expect(text()).not.toContain('secret');
  });

  it('leaves out what JSON.parse quotes', () => {
    for (const body of ['{"password": secret', 'secret', '[secret]']) {
      const error = thrownBy(() => JSON.parse(body));
      expect(String(error)).toContain('secret');
      expect(JSON.stringify(describeError(error))).not.toContain('secret');
      const outer = new Error('outer', { cause: error });
      expect(JSON.stringify(describeError(outer))).not.toContain('secret');
    }
  });

  it('leaves out what JSON.parse quotes, also when it looks like a place in the code', () => {
    const error = thrownBy(() => JSON.parse('{"a":\n    at secret}'));
    expect(String(error)).toContain('    at secret');
    expect(JSON.stringify(describeError(error))).not.toContain('secret');
  });

  it('cannot forge a line, not by its message and not by its name', () => {
    const { logger, entries } = createLogRecorder();
    const error = new Error('a\n    at forged (x.ts:1:1)\n{"level":"info"}');
    error.name = 'A\nB';
    createSafeLogger(logger).error('request failed', { error });
    expect(entries[0]?.fields['error']).toMatchObject({
      name: 'A<U+000A>B',
      message: 'a<U+000A>    at forged (x.ts:1:1)<U+000A>{"level":"info"}',
    });
    expect(JSON.stringify(entries[0])).not.toMatch(/\\n/);
  });

  it('can be its own cause', () => {
    const error = new Error('loop');
    error.cause = error;
    expect(describeError(error)).toMatchObject({ name: 'Error', message: 'loop' });
  });

  it.each([
    { thrown: 'secret', want: { name: 'string' } },
    { thrown: undefined, want: { name: 'undefined' } },
    { thrown: null, want: { name: 'object' } },
    { thrown: { message: 'secret' }, want: { name: 'object' } },
    { thrown: 1, want: { name: 'number' } },
  ])('is only a type when it is no error: $thrown', ({ thrown, want }) => {
    expect(describeError(thrown)).toEqual(want);
  });

  it('is described also without a stack', () => {
    const error = new Error('failed');
    delete error.stack;
    expect(describeError(error)).toEqual({ name: 'Error', message: 'failed' });
  });
});

describe('the logger that is made when the host passes none', () => {
  it('writes one JSON line for each message from its level on', () => {
    const [logger, standard] = ['logger', 'default-logger'].map((name) =>
      fileURLToPath(new URL(`../../lib/operations/${name}.ts`, import.meta.url)),
    );
    const script = `
      import { createSafeLogger } from ${JSON.stringify(logger)};
      import { createDefaultLogger } from ${JSON.stringify(standard)};
      const logger = createSafeLogger(createDefaultLogger('info'));
      logger.debug('not written');
      logger.info('first', { issuer: 'https://auth.example.com' });
      logger.error('second', { name: 'a\\nb', level: 'forged', message: 'forged' });
    `;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', script],
      { encoding: 'utf8', cwd: fileURLToPath(new URL('../..', import.meta.url)) },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const [first, second] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(first).toEqual({
      level: 'info',
      message: 'first',
      issuer: 'https://auth.example.com',
      timestamp,
    });
    expect(second).toMatchObject({ level: 'error', name: 'a<U+000A>b', timestamp });
    expect(second?.['message']).toMatch(/^second/);
  });
});

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
