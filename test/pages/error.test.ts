import { describe, expect, it } from '@jest/globals';
import { PROBLEMS, renderErrorPage, type ErrorPage } from '../../lib/pages/error.ts';
import { readable } from '../http/support/expect.ts';
import { ERROR, escaped, frame, HOSTILE_TEXTS } from './support.ts';

const RETURN: ErrorPage['link'] = {
  kind: 'return',
  href: 'https://app.example.com/cb?error=invalid_request&state=a',
  destination: { kind: 'host', host: 'app.example.com' },
};
const WHOLE: ErrorPage = {
  ...ERROR,
  developer: { error: 'invalid_request', reason: 'state is too long' },
  link: RETURN,
};

const render = (data: ErrorPage): string => renderErrorPage(data, frame());

describe('the error page', () => {
  it.each(
    HOSTILE_TEXTS.flatMap((text) => [
      { place: 'error', text, data: { ...WHOLE, developer: { error: text, reason: 'a' } } },
      { place: 'reason', text, data: { ...WHOLE, developer: { error: 'a', reason: text } } },
      { place: 'reference', text, data: { ...WHOLE, reference: text } },
      { place: 'link address', text, data: { ...WHOLE, link: { ...RETURN, href: text } } },
      {
        place: 'link text',
        text,
        data: { ...WHOLE, link: { ...RETURN, destination: { kind: 'host' as const, host: text } } },
      },
    ]),
  )('escapes its $place: $text', ({ text, data }) => {
    const html = render(data);
    expect(html).toContain(escaped(text));
    expect(html.match(/<[a-z]+/g)).toEqual(render(WHOLE).match(/<[a-z]+/g));
  });

  it('offers a way back that tells the other side nothing about this page', () => {
    expect(render(WHOLE)).toContain(
      '<a class="button" href="https://app.example.com/cb?error=invalid_request&amp;state=a" rel="noreferrer">Return to <bdi>app.example.com</bdi></a>',
    );
  });

  it.each([
    { kind: 'retry', says: 'Try again' },
    { kind: 'review', says: 'Review the request' },
  ] as const)('offers to $kind', ({ kind, says }) => {
    expect(render({ ...ERROR, link: { kind, href: '/oauth/consent?a=1' } })).toContain(
      `<a class="button" href="/oauth/consent?a=1" rel="noreferrer">${says}</a>`,
    );
  });

  it('tells the developer the error and the reason', () => {
    expect(render(WHOLE)).toContain(
      'For the developer of the app: <code>invalid_request</code> (state is too long)',
    );
  });

  it('has neither when there is none', () => {
    const html = render(ERROR);
    expect(html).not.toContain('<a ');
    expect(html).not.toContain('For the developer');
  });

  it.each(PROBLEMS)('says what happened, what can be done, and a reference: %s', (problem) => {
    const { texts } = frame().language;
    expect(readable(render({ ...ERROR, problem }))).toBe(
      escaped(
        [
          texts[`${problem}Title`],
          texts[`${problem}What`],
          texts[`${problem}Remedy`],
          'If you ask for help, give this reference: BKTM-RQXT',
        ].join(' '),
      ),
    );
  });
});
