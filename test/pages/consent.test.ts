import { describe, expect, it } from '@jest/globals';
import {
  renderConsentPage,
  type ConsentForm,
  type ConsentPage,
  type ScopeLine,
} from '../../lib/pages/consent.ts';
import { CONSENT, escaped, FORM, frame, HOSTILE_TEXTS, tagsOf } from './support.ts';

const render = (more: Partial<ConsentPage> = {}, form: Partial<ConsentForm> = {}): string =>
  renderConsentPage({ ...CONSENT, ...more }, { ...FORM, ...form }, frame());

const line = (text: string, isAdded = false): ScopeLine => ({
  scope: text,
  description: { text },
  isAdded,
});

const client = (more: Partial<ConsentPage['client']>): Partial<ConsentPage> => ({
  client: { ...CONSENT.client, ...more },
});

/** A client that does not say what it is called. */
function nameless(id = CONSENT.client.id): Partial<ConsentPage> {
  const { isLookalike, origin } = CONSENT.client;
  return { client: { id, isLookalike, origin } };
}

/** Each place of the page where a text goes that somebody else wrote. */
const PLACES: readonly { place: string; put: (text: string) => string }[] = [
  { place: 'the host', put: (host) => render({ destination: { kind: 'host', host } }) },
  { place: 'the scheme', put: (scheme) => render({ destination: { kind: 'app', scheme } }) },
  { place: 'the name of the client', put: (text) => render(client({ name: { text } })) },
  {
    place: 'the language of a text',
    put: (language) => render(client({ name: { text: 'An app', language } })),
  },
  { place: 'the id of a client without a name', put: (id) => render(nameless(id)) },
  {
    place: 'the host of the document of a client',
    put: (host) => render(client({ origin: { kind: 'document', host } })),
  },
  { place: 'the person', put: (person) => render({ person }) },
  { place: 'the address of another login', put: (to) => render({ switchAccount: to }) },
  { place: 'the resource', put: (resource) => render({ resources: [resource] }) },
  { place: 'a scope', put: (text) => render({ scopes: [line(text)] }) },
  { place: 'a remembered scope', put: (text) => render({ remembered: [line(text)] }) },
  { place: 'a scope that is not available', put: (text) => render({ unavailable: [line(text)] }) },
  { place: 'what staying connected means', put: (text) => render({ stayingConnected: { text } }) },
  { place: 'the address of the form', put: (action) => render({}, { action }) },
  {
    place: 'the token of the form',
    put: (csrf) => render({}, { fields: { ...FORM.fields, csrf } }),
  },
];

describe('the consent page', () => {
  describe.each(PLACES)('with a hostile text as $place', ({ put }) => {
    it.each(HOSTILE_TEXTS)('shows it as the text it is: %s', (text) => {
      const html = put(text);
      expect(html).toContain(escaped(text));
      expect(tagsOf(html)).toEqual(tagsOf(put('harmless')));
    });
  });

  it.each([
    { name: 'a script', pattern: /<script|javascript:/i },
    { name: 'an event handler', pattern: /\son[a-z]+\s*=/i },
    { name: 'a style attribute, which its policy would block', pattern: /\sstyle\s*=/i },
    {
      name: 'anything loaded from anywhere',
      pattern: /<(?:img|link|iframe|object|embed|base)|\ssrc\s*=|url\(|@import/i,
    },
    { name: 'a redirect', pattern: /http-equiv/i },
  ])('has no $name', ({ pattern }) => {
    expect(render({ unavailable: [line('admin')] })).not.toMatch(pattern);
  });

  it('says who is logged in, and where the access would be', () => {
    const html = render();
    expect(html).toContain('You are logged in as <strong><bdi>Alice</bdi></strong>.');
    expect(html).toContain('At <bdi>https://auth.example.com/mcp</bdi>');
    expect(html).not.toContain('Not you?');
  });

  it('leads to another login where there is one', () => {
    expect(render({ switchAccount: '/oauth/login?a=1&b=2' })).toContain(
      '<a href="/oauth/login?a=1&amp;b=2">Not you? Use another account</a>',
    );
  });

  it('has one form that posts to its address, with the token and the two decisions', () => {
    const html = render();
    expect(html.match(/<form[^>]*>/g)).toEqual([
      '<form method="post" action="/oauth/consent?client_id=a&amp;request=b">',
    ]);
    expect(html.match(/<input type="hidden"[^>]*>/g)).toEqual([
      '<input type="hidden" name="csrf" value="the-token">',
      '<input type="hidden" name="choice" value="1">',
    ]);
    expect(html.match(/<button[^>]*>[^<]*<\/button>/g)).toEqual([
      '<button type="submit" name="decision" value="deny">Deny</button>',
      '<button type="submit" name="decision" value="allow">Allow</button>',
    ]);
  });

  // A key that submits a form presses its first button.
  it('denies when somebody only presses Enter', () => {
    expect(/<button[^>]*>/.exec(render())?.[0]).toContain('value="deny"');
  });
});
