import { describe, expect, it } from '@jest/globals';
import { renderConsentPage, type ConsentPage } from '../../lib/pages/consent.ts';
import { CONSENT, escaped, HOSTILE_TEXTS } from './support.ts';

const render = (more: Partial<ConsentPage> = {}): string =>
  renderConsentPage({ ...CONSENT, ...more });

const line = (text: string): ConsentPage['scopes'] => [{ scope: text, description: { text } }];

/** The page of a client that does not say what it is called. */
function renderNameless(more: Partial<ConsentPage> = {}): string {
  const { clientName, ...nameless } = CONSENT;
  expect(clientName).toBeDefined();
  return renderConsentPage({ ...nameless, ...more });
}

/** Each place of the page where a text goes that somebody else wrote. */
const PLACES: readonly { place: string; put: (text: string) => Partial<ConsentPage> }[] = [
  { place: 'the title', put: (title) => ({ title }) },
  { place: 'the destination', put: (destination) => ({ destination }) },
  { place: 'the name of the client', put: (text) => ({ clientName: { text } }) },
  {
    place: 'the language of a text',
    put: (language) => ({ clientName: { text: 'An app', language } }),
  },
  { place: 'the person', put: (person) => ({ person }) },
  { place: 'the resource', put: (resource) => ({ resource }) },
  { place: 'a scope', put: (text) => ({ scopes: line(text) }) },
  { place: 'a scope that is not available', put: (text) => ({ unavailable: line(text) }) },
  { place: 'the address of the form', put: (action) => ({ action }) },
  { place: 'the token of the form', put: (csrf) => ({ csrf }) },
];

/** The tags of a page, in order: what is left of it when all text may be anything. */
function tagsOf(html: string): string[] {
  return [...html.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/"[^"]*"/g, '""'));
}

describe('the consent page', () => {
  describe.each(PLACES)('with a hostile text as $place', ({ put }) => {
    it.each(HOSTILE_TEXTS)('shows it as the text it is: %s', (text) => {
      const html = render(put(text));
      expect(html).toContain(escaped(text));
      expect(tagsOf(html)).toEqual(tagsOf(render(put('harmless'))));
    });
  });

  it.each(HOSTILE_TEXTS)('shows a hostile id of a client without a name as it is: %s', (text) => {
    const html = renderNameless({ clientId: text });
    expect(html).toContain(escaped(text));
    expect(tagsOf(html)).toEqual(tagsOf(renderNameless({ clientId: 'harmless' })));
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
    expect(render({ unavailable: line('admin') })).not.toMatch(pattern);
  });

  it('shows where the answer goes before anything that the client says', () => {
    const html = render();
    expect(html.indexOf('app.example.com')).toBeGreaterThan(0);
    expect(html.indexOf('app.example.com')).toBeLessThan(html.indexOf('An app'));
    expect(html).toContain('<p class="host"><bdi>app.example.com</bdi></p>');
  });

  it('says that the name is the own claim of the client', () => {
    expect(render()).toContain(
      'The app calls itself <strong><bdi>An app</bdi></strong>. It chose this name itself; nobody has checked it.',
    );
  });

  it('names a client without a name by its id', () => {
    const html = renderNameless();
    expect(html).toContain(
      'The app does not say what it is called. Its id is <code>8c1a3a9e-0000-4000-8000-000000000000</code>.',
    );
    expect(html).not.toContain('calls itself');
  });

  it('says who is logged in, and where the access would be', () => {
    const html = render();
    expect(html).toContain('You are logged in as <strong><bdi>Alice</bdi></strong>.');
    expect(html).toContain('At <bdi>https://auth.example.com/mcp</bdi>');
  });

  it('lists each scope with what it means, in order', () => {
    const scopes = [
      { scope: 'mcp:tools', description: { text: 'Werkzeuge benutzen', language: 'de' } },
      { scope: 'openid', description: { text: 'Know who you are' } },
    ];
    const items = [...render({ scopes }).matchAll(/<li>(.*?)<\/li>/g)].map(([, item]) => item);
    expect(items).toEqual([
      '<bdi lang="de">Werkzeuge benutzen</bdi> <span class="quiet">(<code>mcp:tools</code>)</span>',
      '<bdi>Know who you are</bdi> <span class="quiet">(<code>openid</code>)</span>',
    ]);
  });

  it('lists apart what the person may not give', () => {
    const html = render({ unavailable: line('admin') });
    const [given = '', refused = ''] = html.split('Also asked for, but not available to you:');
    expect(given).toContain('openid');
    expect(given).not.toContain('admin');
    expect(refused).toContain('<code>admin</code>');
    expect(render()).not.toContain('not available to you');
  });

  it('has one form that posts to its address, with the token and the two decisions', () => {
    const html = render();
    expect(html.match(/<form[^>]*>/g)).toEqual([
      '<form method="post" action="/oauth/consent?client_id=a&amp;request=b">',
    ]);
    expect(html).toContain('<input type="hidden" name="csrf" value="the-token">');
    expect(html.match(/<button[^>]*>[^<]*<\/button>/g)).toEqual([
      '<button type="submit" name="decision" value="deny">Deny</button>',
      '<button type="submit" name="decision" value="allow">Allow</button>',
    ]);
  });

  it('offers only to deny when there is nothing that the person may give', () => {
    const html = render({ scopes: [], unavailable: line('admin') });
    expect(html).toContain('The app asks for nothing that you may give.');
    expect(html.match(/value="(?:allow|deny)"/g)).toEqual(['value="deny"']);
  });
});
