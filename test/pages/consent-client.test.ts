import { describe, expect, it } from '@jest/globals';
import { renderConsentPage, type ConsentPage } from '../../lib/pages/consent.ts';
import { readable } from '../http/support/expect.ts';
import { CONSENT, FORM, frame } from './support.ts';

const render = (more: Partial<ConsentPage> = {}): string =>
  renderConsentPage({ ...CONSENT, ...more }, FORM, frame());

const client = (more: Partial<ConsentPage['client']>): string =>
  render({ client: { ...CONSENT.client, ...more } });

describe('the consent page about where the answer goes', () => {
  it('says it before anything that the client says, and larger', () => {
    const html = render();
    expect(html.indexOf('app.example.com')).toBeGreaterThan(0);
    expect(html.indexOf('app.example.com')).toBeLessThan(html.indexOf('An app'));
    expect(html).toContain('<p class="host"><bdi>app.example.com</bdi></p>');
  });

  it.each<{ destination: ConsentPage['destination']; warns: string }>([
    {
      destination: { kind: 'loopback', host: '127.0.0.1' },
      warns: 'Any program on this computer could be behind this address.',
    },
    {
      destination: { kind: 'app', scheme: 'cursor:' },
      warns: 'Any app on this device could have claimed these links.',
    },
    {
      destination: { kind: 'host', host: 'login.xn--ggle-55da.example:8443' },
      warns: 'A part of this address, xn--ggle-55da , stands for letters that are not Latin.',
    },
  ])('warns of $destination.kind', ({ destination, warns }) => {
    expect(readable(render({ destination }))).toContain(warns);
    expect(render({ destination }).match(/class="warn"/g)).toHaveLength(1);
  });

  it('warns of nothing at an address that is what it looks like', () => {
    expect(render()).not.toContain('class="warn"');
  });
});

describe('the consent page about the client', () => {
  it('says that the name is its own claim', () => {
    expect(render()).toContain(
      'The app calls itself <strong><bdi>An app</bdi></strong>. It chose this name itself; nobody has checked it.',
    );
  });

  it('names one without a name by its id', () => {
    const { id, isLookalike, origin } = CONSENT.client;
    const html = render({ client: { id, isLookalike, origin } });
    expect(html).toContain(
      'The app does not say what it is called. Its id is <code>8c1a3a9e-0000-4000-8000-000000000000</code>.',
    );
    expect(html).not.toContain('calls itself');
  });

  it('says that a name may be read as another', () => {
    expect(readable(client({ isLookalike: true }))).toContain(
      'This name is written with letters that look like other letters.',
    );
    expect(readable(render())).not.toContain('look like other letters');
  });

  it('says how it came here: by registering itself, and when', () => {
    expect(readable(render())).toContain(
      'The app registered itself with this server 3 minutes ago.',
    );
  });

  it('says how it came here: by a document, and of which host', () => {
    const html = client({ origin: { kind: 'document', host: 'app.example.com' } });
    expect(readable(html)).toContain('The app is described by a document at app.example.com .');
    expect(readable(html)).not.toContain('registered itself');
  });

  // Marks that reach far up or down are cut off at the edge of their own box.
  it('keeps a name within a box of its own', () => {
    const style = /<style>([\s\S]*?)<\/style>/.exec(render())?.[1] ?? '';
    expect(style).toMatch(
      /\.claim strong \{ display: inline-block; max-width: 100%; overflow: hidden;/,
    );
    expect(render()).toMatch(/<p class="quiet claim">.*<strong><bdi>An app<\/bdi><\/strong>/);
  });
});
