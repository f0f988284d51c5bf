import { describe, expect, it } from '@jest/globals';
import { Parameters } from '../../lib/protocol/parameters.ts';
import { refusalOf } from './refusal.ts';

const DOUBLED = {
  error: 'invalid_request',
  error_description: 'the parameter scope was given more than once',
};
const TOO_MANY = {
  error: 'invalid_request',
  error_description: 'the request has too many parameters',
};

describe('parameters of a query or a form (RFC 6749 §3.1)', () => {
  it.each([
    { name: 'different values', encoded: 'scope=a&scope=b' },
    { name: 'the same value', encoded: 'scope=a&scope=a' },
    { name: 'another parameter between', encoded: 'scope=a&x=1&scope=b' },
    { name: 'an encoded name', encoded: 'scope=a&s%63ope=b' },
  ])('refuse one that was given twice: $name', ({ encoded }) => {
    expect(refusalOf(() => Parameters.fromEncoded(encoded).get('scope'))).toEqual(DOUBLED);
  });

  it('never repeat what was sent in the refusal', () => {
    const twice = Parameters.fromEncoded('scope=stranger1&scope=stranger2');
    expect(JSON.stringify(refusalOf(() => twice.get('scope')))).not.toContain('stranger');
  });

  it.each([
    { name: 'more than a thousand', encoded: Array.from({ length: 1001 }, () => 'a=1').join('&') },
    {
      name: 'more than a thousand without a value',
      encoded: Array.from({ length: 1001 }, (_, i) => `a${i}=`).join('&'),
    },
  ])('refuse $name', ({ encoded }) => {
    expect(refusalOf(() => Parameters.fromEncoded(encoded))).toEqual(TOO_MANY);
  });

  it('take a thousand', () => {
    const encoded = Array.from({ length: 999 }, () => 'x=1').join('&');
    expect(Parameters.fromEncoded(`${encoded}&scope=a`).get('scope')).toBe('a');
  });

  it.each([
    { name: 'is absent when it was not sent', encoded: 'x=1', want: undefined },
    { name: 'is absent in an empty query', encoded: '', want: undefined },
    { name: 'is absent without a value', encoded: 'scope=', want: undefined },
    { name: 'is absent without an equals sign', encoded: 'scope', want: undefined },
    { name: 'is not doubled by one without a value', encoded: 'scope=&scope=a&scope', want: 'a' },
    { name: 'is decoded', encoded: 'scope=a+b%20%2B', want: 'a b +' },
    { name: 'keeps an equals sign in its value', encoded: 'scope=a=b', want: 'a=b' },
    { name: 'keeps a blank as a value', encoded: 'scope=+', want: ' ' },
    { name: 'is not found in another case', encoded: 'Scope=a', want: undefined },
    { name: 'is not found under an index', encoded: 'scope[]=a&scope[0]=b', want: undefined },
    {
      name: 'is not disturbed by an unknown one sent twice',
      encoded: 'x=1&x=2&scope=a',
      want: 'a',
    },
  ])('$name', ({ encoded, want }) => {
    expect(Parameters.fromEncoded(encoded).get('scope')).toBe(want);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'have no %s unless it was sent',
    (name) => {
      expect(Parameters.fromEncoded('a=1').get(name)).toBeUndefined();
      expect(Parameters.fromEncoded(`${name}=sent`).get(name)).toBe('sent');
    },
  );

  it('give every value of one that may be repeated, but those that are empty', () => {
    const parameters = Parameters.fromEncoded('resource=a&resource=&x=1&resource=b');
    expect(parameters.all('resource')).toEqual(['a', 'b']);
    expect(parameters.all('scope')).toEqual([]);
  });
});

describe('parameters that a parser of the host took apart', () => {
  it('refuse a list, which is a parameter given more than once', () => {
    const parameters = Parameters.fromParsed({ scope: ['a', 'b'] });
    expect(refusalOf(() => parameters.get('scope'))).toEqual(DOUBLED);
  });

  it('refuse more than a thousand, in one list or by name', () => {
    const names = Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`a${i}`, 'x']));
    const list = { a: Array.from({ length: 1001 }, () => 'x') };
    for (const body of [names, list]) {
      expect(refusalOf(() => Parameters.fromParsed(body))).toEqual(TOO_MANY);
    }
  });

  it.each([
    { name: 'an object', value: { $ne: '' } },
    { name: 'a list in a list', value: [['a']] },
    { name: 'a number', value: 1 },
    { name: 'a boolean', value: true },
    { name: 'null', value: null },
    { name: 'nothing', value: undefined },
    { name: 'an empty text', value: '' },
    { name: 'a list of empty texts', value: ['', ''] },
    { name: 'a text object', value: Object('a') as unknown },
  ])('leave out $name', ({ value }) => {
    const parameters = Parameters.fromParsed({ scope: value, state: 'kept' });
    expect(parameters.get('scope')).toBeUndefined();
    expect(parameters.get('state')).toBe('kept');
  });

  it('take a list of one for the one', () => {
    expect(Parameters.fromParsed({ scope: ['a'] }).get('scope')).toBe('a');
  });

  it('read own members only, whatever they are called', () => {
    const inherited = Object.create({ scope: 'inherited' }) as object;
    expect(Parameters.fromParsed(inherited).get('scope')).toBeUndefined();
    const named = JSON.parse('{"__proto__":"a","constructor":"b"}') as object;
    const parameters = Parameters.fromParsed(named);
    expect(parameters.get('__proto__')).toBe('a');
    expect(parameters.get('constructor')).toBe('b');
    expect(Parameters.fromParsed({}).get('constructor')).toBeUndefined();
  });

  it('read a body that was made without a prototype', () => {
    const body = Object.assign(Object.create(null) as object, { scope: 'a' });
    expect(Parameters.fromParsed(body).get('scope')).toBe('a');
  });
});
