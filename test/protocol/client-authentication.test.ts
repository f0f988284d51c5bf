import { describe, expect, it } from '@jest/globals';
import { parseClientCredentials } from '../../lib/protocol/client-authentication.ts';
import { Parameters } from '../../lib/protocol/parameters.ts';
import { basic, INVALID_CLIENT } from '../support/confidential.ts';
import { refusalOf } from './refusal.ts';

const TWO_METHODS = {
  error: 'invalid_request',
  error_description: 'the client authenticates in the header and in the body; only one is allowed',
};
const NOBODY = {
  error: 'invalid_request',
  error_description: 'the parameter client_id is missing',
};
const twice = (name: string): object => ({
  error: 'invalid_request',
  error_description: `the parameter ${name} was given more than once`,
});

function parse(header: string | undefined, form = ''): unknown {
  return parseClientCredentials(header, Parameters.fromEncoded(form));
}

describe('client authentication (RFC 6749 §2.3): a header that is refused', () => {
  it.each([
    { name: 'nothing', header: '' },
    { name: 'the scheme alone', header: 'Basic' },
    { name: 'the scheme and a space', header: 'Basic ' },
    { name: 'the scheme and many spaces', header: `Basic ${' '.repeat(10_000)}` },
    { name: 'no base64', header: 'Basic !!!' },
    { name: 'padding alone', header: 'Basic ==' },
    { name: 'one character of base64', header: 'Basic A' },
    { name: 'padding in the middle', header: 'Basic YTpi=YTpi' },
    { name: 'base64 in two words', header: 'Basic YTpi YTpi' },
    { name: 'base64url', header: `Basic ${Buffer.from('??>:??>').toString('base64url')}` },
    { name: 'an id and a secret as they are', header: 'Basic id:secret' },
    { name: 'no colon', header: basic('id') },
    { name: 'an encoded colon and no other', header: basic('id%3Asecret') },
    { name: 'an empty pair', header: basic(':') },
    { name: 'an empty id', header: basic(':secret') },
    { name: 'bytes that are no UTF-8', header: basic(Buffer.from([0xff, 0x3a, 0x78])) },
    { name: 'a secret that is no UTF-8', header: basic(Buffer.from('id:\xe9', 'latin1')) },
    { name: 'half of a UTF-8 character', header: basic(Buffer.from([0x69, 0x3a, 0xc3])) },
    { name: 'an overlong UTF-8 colon', header: basic(Buffer.from([0x69, 0xc0, 0xba, 0x78])) },
    { name: 'another scheme', header: 'Bearer x' },
    {
      name: 'another scheme with a good pair',
      header: basic('id:secret').replace('Basic', 'DPoP'),
    },
    { name: 'a scheme that goes on', header: basic('id:secret').replace('Basic', 'Basics') },
    { name: 'no scheme', header: basic('id:secret').replace('Basic ', '') },
    { name: 'two at once', header: `${basic('id:secret')}, ${basic('id:secret')}` },
    { name: 'a scheme and a comma', header: basic('id:secret').replace('Basic ', 'Basic,') },
    { name: 'a tab after the scheme', header: basic('id:secret').replace(' ', '\t') },
  ])('$name (TOKEN-13)', ({ header }) => {
    expect(refusalOf(() => parse(header))).toEqual(INVALID_CLIENT);
    expect(refusalOf(() => parse(header, 'client_id=id'))).toEqual(INVALID_CLIENT);
  });

  it.each([
    { name: 'a secret', form: 'client_secret=secret' },
    { name: 'id and secret', form: 'client_id=id&client_secret=secret' },
    { name: 'a secret of another', form: 'client_id=other&client_secret=x' },
  ])('beside $name in the body: two methods are one too many', ({ form }) => {
    for (const header of [basic('id:secret'), 'Basic', 'Bearer x']) {
      expect(refusalOf(() => parse(header, form))).toEqual(TWO_METHODS);
    }
  });

  it.each(['other', 'ID', 'id%20', 'id%3Asecret'])(
    'of another client than the body names: %s (TOKEN-05)',
    (client_id) => {
      const form = `client_id=${client_id}`;
      expect(refusalOf(() => parse(basic('id:secret'), form))).toEqual(INVALID_CLIENT);
    },
  );
});

describe('client authentication (RFC 6749 §2.3): a form that is refused', () => {
  it.each([
    { form: '', want: NOBODY },
    { form: 'client_id=', want: NOBODY },
    { form: 'client_secret=secret', want: NOBODY },
    { form: 'client_id=a&client_id=a', want: twice('client_id') },
    { form: 'client_id=a&client_id=b', want: twice('client_id') },
    { form: 'client_id=a&client_secret=s&client_secret=s', want: twice('client_secret') },
    { form: 'client_id=a&client_secret=s&client_secret=t', want: twice('client_secret') },
  ])('$form (TOKEN-18)', ({ form, want }) => {
    expect(refusalOf(() => parse(undefined, form))).toEqual(want);
  });

  it.each([
    { form: 'client_id=id&client_id=id', want: twice('client_id') },
    { form: 'client_secret=s&client_secret=s', want: twice('client_secret') },
  ])('$form also beside a header (TOKEN-18)', ({ form, want }) => {
    expect(refusalOf(() => parse(basic('id:secret'), form))).toEqual(want);
  });
});

describe('client authentication (RFC 6749 §2.3): read', () => {
  it.each([
    { name: 'a pair', pair: 'id:secret', id: 'id', secrets: ['secret'] },
    { name: 'an empty secret, which is none', pair: 'id:', id: 'id', secrets: [] },
    { name: 'a secret with colons', pair: 'id:a:b:', id: 'id', secrets: ['a:b:'] },
    { name: 'an id with an encoded colon', pair: 'a%3Ab:secret', id: 'a:b', secrets: ['secret'] },
    { name: 'a plus sign in both readings', pair: 'id:a+b', id: 'id', secrets: ['a b', 'a+b'] },
    { name: 'an encoded plus sign', pair: 'id:a%2Bb', id: 'id', secrets: ['a+b', 'a%2Bb'] },
    { name: 'a percent sign that stands for nothing', pair: 'id:50%', id: 'id', secrets: ['50%'] },
    { name: 'an encoded percent sign', pair: 'id:50%25', id: 'id', secrets: ['50%', '50%25'] },
    { name: 'percent signs that cannot be decoded', pair: '%zz:%zz', id: '%zz', secrets: ['%zz'] },
    { name: 'encoded bytes that are no UTF-8', pair: '%ff:%ff', id: '%ff', secrets: ['%ff'] },
    { name: 'UTF-8', pair: 'id:p\u00e4ss', id: 'id', secrets: ['p\u00e4ss'] },
    { name: 'encoded UTF-8', pair: 'id:%C3%A9', id: 'id', secrets: ['\u00e9', '%C3%A9'] },
    { name: 'a byte order mark, kept', pair: '\ufeffid:x', id: '\ufeffid', secrets: ['x'] },
    { name: 'a secret that decodes to NUL', pair: 'id:%00', id: 'id', secrets: ['\0', '%00'] },
    { name: 'a line break in the secret', pair: 'id:a\nb', id: 'id', secrets: ['a\nb'] },
    { name: 'spaces', pair: ' id : x ', id: ' id ', secrets: [' x '] },
  ])('from a header: $name (TOKEN-13)', ({ pair, id, secrets }) => {
    expect(parse(basic(pair))).toEqual({ client_id: id, secrets });
  });

  it.each(['basic', 'BASIC', 'bAsIc'])('from a header with the scheme %s (TOKEN-13)', (scheme) => {
    const want = { client_id: 'id', secrets: ['secret'] };
    expect(parse(basic('id:secret').replace('Basic', scheme))).toEqual(want);
    expect(parse(`${basic('id:secret')}  `.replace('Basic ', `${scheme}   `))).toEqual(want);
  });

  it('from a header without padding', () => {
    const header = basic('id:secrets').replaceAll('=', '');
    expect(parse(header)).toEqual({ client_id: 'id', secrets: ['secrets'] });
  });

  it('from a header of a megabyte, at once', () => {
    const secret = 'a'.repeat(1_048_576);
    expect(parse(basic(`id:${secret}`))).toEqual({ client_id: 'id', secrets: [secret] });
  });

  it.each([
    { form: 'client_id=id', secrets: ['secret'] },
    { form: 'client_id=', secrets: ['secret'] },
    { form: 'client_secret=', secrets: ['secret'] },
  ])('from a header beside $form, which adds nothing', ({ form, secrets }) => {
    expect(parse(basic('id:secret'), form)).toEqual({ client_id: 'id', secrets });
  });

  it('from a header with an encoded id beside the id as it is', () => {
    const want = { client_id: 'a:b', secrets: ['secret'] };
    expect(parse(basic('a%3Ab:secret'), 'client_id=a%3Ab')).toEqual(want);
  });

  it.each([
    { form: 'client_id=id', secrets: [] },
    { form: 'client_id=id&client_secret=', secrets: [] },
    { form: 'client_id=id&client_secret=secret', secrets: ['secret'] },
    // The form has been decoded once; a secret in it has one reading.
    { form: 'client_id=id&client_secret=a%2Bb', secrets: ['a+b'] },
    { form: 'client_id=id&client_secret=a%252Bb', secrets: ['a%2Bb'] },
    { form: 'client_id=id&client_secret=a+b', secrets: ['a b'] },
    { form: 'client_id=id&client_secret=&client_secret=s', secrets: ['s'] },
  ])('from the form $form', ({ form, secrets }) => {
    expect(parse(undefined, form)).toEqual({ client_id: 'id', secrets });
  });
});

describe('a client assertion (RFC 7521 §4.2)', () => {
  const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
  const encoded = (value: unknown): string =>
    Buffer.from(JSON.stringify(value)).toString('base64url');
  const assertion = (payload: unknown): string => `e30.${encoded(payload)}.x`;
  const form = (client_assertion: string, more: object = {}): string =>
    new URLSearchParams({ client_assertion_type: TYPE, client_assertion, ...more }).toString();

  it.each([
    { name: 'with nothing in it', text: 'x' },
    { name: 'in two parts', text: `e30.${encoded({ sub: 'id' })}` },
    { name: 'in five parts, encrypted', text: `e30.${encoded({ sub: 'id' })}.a.b.c` },
    { name: 'that is no JSON', text: 'e30.e30x.x' },
    { name: 'that is null', text: assertion(null) },
    { name: 'of nobody', text: assertion({ iss: 'id' }) },
    { name: 'of an empty subject', text: assertion({ sub: '' }) },
    { name: 'of a list of subjects', text: assertion({ sub: ['id'] }) },
    { name: 'of an inherited subject', text: `e30.${btoa('{"__proto__":{"sub":"id"}}')}.x` },
  ])('$name is refused, whoever is named beside it (TOKEN-25)', ({ text }) => {
    expect(refusalOf(() => parse(undefined, form(text)))).toEqual(INVALID_CLIENT);
    expect(refusalOf(() => parse(undefined, form(text, { client_id: 'id' })))).toEqual(
      INVALID_CLIENT,
    );
  });

  it('says itself whose it is', () => {
    const text = assertion({ sub: 'id' });
    const want = { client_id: 'id', secrets: [], assertion: text };
    expect(parse(undefined, form(text))).toEqual(want);
    expect(parse(undefined, form(text, { client_id: 'id' }))).toEqual(want);
    expect(refusalOf(() => parse(undefined, form(text, { client_id: 'other' })))).toEqual(
      INVALID_CLIENT,
    );
  });

  it('needs its type, and the type needs it (TOKEN-25)', () => {
    for (const query of ['client_id=id&client_assertion=x', `client_assertion_type=${TYPE}`]) {
      expect(refusalOf(() => parse(undefined, query))).toMatchObject({ error: 'invalid_request' });
    }
    const other = form(assertion({ sub: 'id' }), { client_assertion_type: 'saml' });
    expect(refusalOf(() => parse(undefined, other))).toEqual(INVALID_CLIENT);
  });

  it('is one method too many beside a secret (RFC 6749 §2.3)', () => {
    const text = assertion({ sub: 'id' });
    const want = { error: 'invalid_request' };
    expect(refusalOf(() => parse(basic('id:secret'), form(text)))).toMatchObject(want);
    expect(refusalOf(() => parse(undefined, form(text, { client_secret: 's' })))).toMatchObject(
      want,
    );
  });
});

describe('a refusal of a client', () => {
  it('repeats nothing of what was sent', () => {
    const answers = [
      refusalOf(() => parse('Basic stranger!')),
      refusalOf(() => parse(basic('stranger:stranger'), 'client_id=other-stranger')),
      refusalOf(() => parse(basic('stranger:x'), 'client_secret=stranger')),
      refusalOf(() => parse(undefined, 'client_id=stranger&client_id=stranger')),
    ];
    expect(JSON.stringify(answers)).not.toContain('stranger');
  });
});
