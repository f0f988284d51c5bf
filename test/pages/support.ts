import type { ConsentPage } from '../../lib/pages/consent.ts';

/** What an engine, a browser or a reader could take for something else than text. */
export const HOSTILE_TEXTS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '" autofocus onfocus="alert(1)',
  '</strong></bdi></main><form action="https://evil.example">',
  '</title><svg/onload=alert(1)>',
  '</style><style>*{display:none}',
  '<!--',
  '<% throw new Error() %>',
  '<%= process.env %>',
  '<%~ it.csrf %>',
  '%> <% it.scopes = [] %>',
  '{{constructor.constructor("alert(1)")()}}',
  '$' + '{7*7}',
  '#{7*7}',
  '`$' + '{it.csrf}`',
  '&lt;b&gt;',
  '&#60;script&#62;',
  '$& $1 $$',
  '__proto__',
];

/** A text as it may stand in HTML, written by hand. */
export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

export const CONSENT: ConsentPage = {
  title: 'Allow access?',
  destination: 'app.example.com',
  clientName: { text: 'An app' },
  clientId: '8c1a3a9e-0000-4000-8000-000000000000',
  person: 'Alice',
  resource: 'https://auth.example.com/mcp',
  scopes: [{ scope: 'openid', description: { text: 'Know who you are' } }],
  unavailable: [],
  action: '/oauth/consent?client_id=a&request=b',
  csrf: 'the-token',
};
