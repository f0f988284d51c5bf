import { describe, expect, it } from '@jest/globals';
import { RegistrationRefusedError, type OnRegister } from '../../lib/index.ts';
import { createAuditRecorder } from '../support/audit-recorder.ts';
import { Browser, createPkce, refreshRequest } from '../support/flow.ts';
import { askFrom, fateOf } from '../support/hosted.ts';
import { openPage } from './support/consent.ts';
import {
  APP_URI,
  createDocumentApp,
  DOCUMENT,
  documentHost,
  publish,
} from './support/document-app.ts';
import { expectApiError, expectErrorPage, readable } from './support/expect.ts';
import { authorizeAs, from, statuses, times } from './support/limits.ts';

const host = documentHost();

describe('onRegister and a metadata document', () => {
  it('is asked about it once, with what would be kept', async () => {
    const asked: unknown[] = [];
    const onRegister: OnRegister = (...given) => {
      asked.push(given);
    };
    const id = publish(host(), '/asked', { scope: 'openid' });
    const { app } = createDocumentApp(host(), { options: { onRegister } });
    const browser = new Browser(app, 'alice');
    for (const fate of ['asked', 'asked']) expect(fateOf(await askFrom(browser, id))).toBe(fate);
    const context = { kind: 'metadata_document', client_id: id };
    expect(asked).toEqual([[{ ...DOCUMENT, scope: 'openid' }, context]]);
  });

  it('is told no network, for its answer stands for all: whoever asks first decides nothing', async () => {
    const isFromThere = (context: object): boolean =>
      'network' in context && context.network === '192.0.2.1';
    const onRegister: OnRegister = (_metadata, context) => {
      if (isFromThere(context)) throw new RegistrationRefusedError('for the log');
    };
    const audit = createAuditRecorder();
    const options = { onRegister, onEvent: audit.onEvent, baselineClientScopes: ['email'] };
    const id = publish(host(), '/anybodys', { scope: 'openid' });
    const { app, server } = createDocumentApp(host(), { options });
    app.set('trust proxy', 1);
    const answers = await times(2, (i) =>
      authorizeAs(app, id, from(`192.0.2.${String(i + 1)}`), { redirect_uri: APP_URI }),
    );
    expect(statuses(answers)).toEqual([302, 302]);
    expect((await server.clients.get(id))?.metadata.client_name).toBe(DOCUMENT.client_name);
    expect(audit.events.map(({ name }) => name)).toEqual(['client.expanded']);
    expect(audit.events[0]).not.toHaveProperty('network');
  });

  it('has types that ask for the kind before the network', () => {
    const typed: OnRegister[] = [
      // @ts-expect-error -- a document has none
      (_metadata, { network }) => {
        if (network === '192.0.2.1') throw new RegistrationRefusedError('for the log');
      },
      (_metadata, context) => {
        if (context.kind !== 'metadata_document' && context.network === '192.0.2.1')
          throw new RegistrationRefusedError('for the log');
      },
    ];
    expect(typed).toHaveLength(2);
  });

  it('may refuse it: a page without a redirect, and an unknown client elsewhere', async () => {
    const onRegister: OnRegister = () => {
      throw new RegistrationRefusedError('for the log', {
        error: 'access_denied',
        description: 'not from there',
      });
    };
    const id = publish(host(), '/refused');
    const { app, log } = createDocumentApp(host(), { options: { onRegister } });
    const refused = await askFrom(new Browser(app, 'alice'), id);
    expectErrorPage(refused, 400, 'invalid_client');
    expect(refused.text).toContain('not from there');
    expect(refused.text).not.toContain('for the log');
    const elsewhere = await refreshRequest(app, id, 'any');
    expectApiError(elsewhere, 401, 'invalid_client');
    expect(elsewhere.text).not.toMatch(/for the log|not from there/);
    const said = { client_id: id, why: 'not usable', refusal: 'for the log' };
    for (const message of ['request refused', 'client metadata document refused']) {
      const fields: unknown = expect.objectContaining(said);
      expect(log.at('debug')).toContainEqual(expect.objectContaining({ message, fields }));
    }
  });

  it('may amend it, and what it said is what counts', async () => {
    const onRegister: OnRegister = (metadata) => ({
      ...metadata,
      client_name: 'Amended',
      scope: 'openid',
    });
    const id = publish(host(), '/amended');
    const { app } = createDocumentApp(host(), { options: { onRegister } });
    const browser = new Browser(app, 'alice');
    const { html } = await openPage(browser, id, createPkce(), {
      redirect_uri: APP_URI,
      scope: 'openid',
    });
    expect(readable(html)).toContain('Amended');
    expect(readable(html)).not.toContain(DOCUMENT.client_name);
    expect(fateOf(await askFrom(browser, id, { scope: 'profile' }))).toBe('invalid_scope');
  });

  it('may fail, and then nobody can say: 503, and the document is asked about again', async () => {
    let isAway = true;
    const onRegister: OnRegister = () => {
      if (isAway) throw new Error('its database is away');
    };
    const id = publish(host(), '/failed');
    const { app, log } = createDocumentApp(host(), { options: { onRegister } });
    const browser = new Browser(app, 'alice');
    expect(fateOf(await askFrom(browser, id))).toBe('503');
    expect(log.at('error')).toHaveLength(1);
    isAway = false;
    expect(fateOf(await askFrom(browser, id))).toBe('asked');
  });
});

describe('redirectHosts and a metadata document', () => {
  it.each([
    { name: 'a host that is named', uris: [APP_URI], want: 'asked' },
    { name: 'another', uris: ['https://evil.example/cb'], want: '400' },
    { name: 'both', uris: [APP_URI, 'https://evil.example/cb'], want: '400' },
  ])('$name: $want, wherever the document itself stands', async ({ uris, want }) => {
    const id = publish(host(), '/c', { redirect_uris: uris });
    const options = { redirectHosts: [new URL(APP_URI).hostname] };
    const { app, log } = createDocumentApp(host(), { options });
    const [redirect_uri = ''] = uris;
    const asked = await askFrom(new Browser(app, 'alice'), id, { redirect_uri });
    expect(fateOf(asked)).toBe(want);
    if (want === 'asked') return;
    expectErrorPage(asked, 400, 'invalid_client');
    expect(log.text()).toContain('its host is not one of redirectHosts');
  });
});
