import { describe, expect, it } from '@jest/globals';
import { renderConsentPage, type ConsentPage, type ScopeLine } from '../../lib/pages/consent.ts';
import { readable } from '../http/support/expect.ts';
import { CONSENT, FORM, frame } from './support.ts';

const render = (more: Partial<ConsentPage> = {}): string =>
  renderConsentPage({ ...CONSENT, ...more }, FORM, frame());

const line = (scope: string, more: Partial<ScopeLine> = {}): ScopeLine => ({
  scope,
  description: { text: `To ${scope}` },
  isAdded: false,
  ...more,
});

/** Each group of scopes: its legend, and which of them are ticked. */
function groupsOf(html: string): { legend: string; ticks: string[] }[] {
  return [...html.matchAll(/<fieldset>([\s\S]*?)<\/fieldset>/g)].map(([, group = '']) => ({
    legend: /<legend>(.*?)<\/legend>/.exec(group)?.[1] ?? '',
    ticks: [
      ...group.matchAll(/<input type="checkbox" name="scope" value="([^"]*)"( checked)?>/g),
    ].map(([, scope = '', ticked]) => `${ticked === undefined ? '' : '+'}${scope}`),
  }));
}

describe('the consent page about scopes', () => {
  it('lists each with what it means, in order, ticked, and with a label', () => {
    const scopes = [
      line('mcp:tools', { description: { text: 'Werkzeuge benutzen', language: 'de' } }),
      line('openid'),
    ];
    const items = [...render({ scopes }).matchAll(/<li>(.*?)<\/li>/g)].map(([, item]) => item);
    expect(items).toEqual([
      '<label><input type="checkbox" name="scope" value="mcp:tools" checked> <span><bdi lang="de">Werkzeuge benutzen</bdi> <span class="quiet">(<code>mcp:tools</code>)</span></span></label>',
      '<label><input type="checkbox" name="scope" value="openid" checked> <span><bdi>To openid</bdi> <span class="quiet">(<code>openid</code>)</span></span></label>',
    ]);
  });

  it('marks what the client did not register for', () => {
    const html = render({ scopes: [line('openid'), line('files', { isAdded: true })] });
    const [own = '', added = ''] = [...html.matchAll(/<li>(.*?)<\/li>/g)].map(([item]) => item);
    expect(readable(added)).toBe(
      'To files ( files ) Added by the operator of this server: the app did not register for it.',
    );
    expect(own).not.toContain('Added by');
  });

  it('keeps apart what has been allowed before', () => {
    const html = render({ scopes: [line('files')], remembered: [line('openid'), line('email')] });
    expect(groupsOf(html)).toEqual([
      { legend: 'The app now also asks to:', ticks: ['+files'] },
      { legend: 'You have allowed this before:', ticks: ['+openid', '+email'] },
    ]);
  });

  it('has one group when nothing has been allowed before', () => {
    expect(groupsOf(render())).toEqual([{ legend: 'The app asks to:', ticks: ['+openid'] }]);
  });

  it('says that nothing was ticked, and leaves it so', () => {
    const html = render({ nothingTicked: true, remembered: [line('email')] });
    expect(html).toContain(
      '<p class="warn" role="alert">Nothing was ticked, so there is nothing to allow.',
    );
    expect(groupsOf(html).flatMap(({ ticks }) => ticks)).toEqual(['openid', 'email']);
    expect(render()).not.toContain('Nothing was ticked');
  });

  it('says that the app stays connected, where no scope says so', () => {
    const html = render({ stayingConnected: { text: 'Stay connected' } });
    expect(html).toContain('<li><bdi>Stay connected</bdi></li>');
    expect(groupsOf(html).flatMap(({ ticks }) => ticks)).toEqual(['+openid']);
  });

  it('lists apart what the person may not give', () => {
    const html = render({ unavailable: [line('admin')] });
    const [given = '', refused = ''] = html.split('Also asked for, but not available to you:');
    expect(given).toContain('openid');
    expect(given).not.toContain('admin');
    expect(refused).toContain('<code>admin</code>');
    expect(groupsOf(html).flatMap(({ ticks }) => ticks)).toEqual(['+openid']);
    expect(render()).not.toContain('not available to you');
  });

  it('offers only to deny when there is nothing that the person may give', () => {
    const html = render({ scopes: [], unavailable: [line('admin')] });
    expect(html).toContain('The app asks for nothing that you may give.');
    expect(html.match(/value="(?:allow|deny)"/g)).toEqual(['value="deny"']);
    expect(html).not.toMatch(/<fieldset|You can untick/);
  });
});
