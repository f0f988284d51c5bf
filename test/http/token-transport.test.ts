import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { tokenRequest, type Form } from '../support/flow.ts';
import { expectApiError } from './support/expect.ts';
import { isRedeemable, issueCode } from './support/grant.ts';
import { FORM_TYPE, send } from './support/send.ts';
import { createWatchedApp } from './support/watched-app.ts';

const TOKEN = '/oauth/token';
const ORIGINS = ['https://spa.example', 'null'];

function encoded(form: Form): string {
  return new URLSearchParams(form as Record<string, string>).toString();
}

describe('POST /oauth/token: parameters', () => {
  it.each(['code', 'client_id', 'redirect_uri', 'code_verifier', 'grant_type'])(
    'refuses %s given twice, and the code is as good as before (TOKEN-18)',
    async (name) => {
      const issued = await issueCode();
      for (const value of [issued.form[name] ?? '', 'other']) {
        const body = `${encoded(issued.form)}&${encoded({ [name]: value })}`;
        const answer = await send(issued.app, 'POST', TOKEN, { headers: FORM_TYPE, body });
        expectApiError(answer, 400, 'invalid_request');
        expect(answer.body).toHaveProperty(
          'error_description',
          `the parameter ${name} was given more than once`,
        );
      }
      expect(issued.store.writes).toEqual([]);
      expect(await isRedeemable(issued)).toBe(true);
    },
  );

  it.each([
    'resource=https%3A%2F%2Fauth.example.com%2Fmcp&resource=https%3A%2F%2Fother.example',
    'resource=https%3A%2F%2Fother.example',
    'resource=%2Fmcp',
  ])('refuses %s, and the code is as good as before (TOKEN-20)', async (extra) => {
    const issued = await issueCode();
    const body = `${encoded(issued.form)}&${extra}`;
    const answer = await send(issued.app, 'POST', TOKEN, { headers: FORM_TYPE, body });
    expectApiError(answer, 400, 'invalid_target');
    expect(issued.store.writes).toEqual([]);
    expect(await isRedeemable(issued)).toBe(true);
  });

  it.each([
    'constructor',
    'toString',
    '__proto__',
    'hasOwnProperty',
    'valueOf',
    'AUTHORIZATION_CODE',
    'authorization_code ',
    'password',
    'implicit',
    'client_credentials',
    'urn:ietf:params:oauth:grant-type:device_code',
    'urn:ietf:params:oauth:grant-type:token-exchange',
    'a'.repeat(50_000),
  ])('does not know the grant type %s (TOKEN-10, REG-15)', async (grant_type) => {
    const issued = await issueCode();
    const answer = await tokenRequest(issued.app, { ...issued.form, grant_type });
    expectApiError(answer, 400, 'unsupported_grant_type');
    expect(answer.body).toHaveProperty('error_description', 'the grant type is not supported');
    expect(issued.store.writes).toEqual([]);
    expect(await isRedeemable(issued)).toBe(true);
  });

  it('reads nothing from the query (TOKEN-16)', async () => {
    const issued = await issueCode();
    const answers = [
      await send(issued.app, 'POST', `${TOKEN}?${encoded(issued.form)}`, { headers: FORM_TYPE }),
      await send(issued.app, 'POST', `${TOKEN}?${encoded({ code: issued.code })}`, {
        headers: FORM_TYPE,
        body: encoded({ ...issued.form, code: '' }),
      }),
    ];
    for (const answer of answers) expectApiError(answer, 400, 'invalid_request');
    expect(issued.store.writes).toEqual([]);
    expect(issued.log.text()).not.toContain(issued.code);
    expect(await isRedeemable(issued)).toBe(true);
  });

  it('ignores what it does not know, however it is called (TOKEN-31)', async () => {
    const { app, form } = await issueCode();
    const many = Array.from({ length: 900 }, (_, i) => `foo=${String(i)}`).join('&');
    const body = `${encoded(form)}&__proto__=x&constructor[prototype][a]=1&code[]=x&${many}`;
    const answer = await send(app, 'POST', TOKEN, { headers: FORM_TYPE, body });
    expect(answer.status).toBe(200);
    expect({}).not.toHaveProperty('a');
  });

  it.each([1001, 10_000])(
    'refuses %i of them, and the code is as good as before (TOKEN-31)',
    async (count) => {
      const issued = await issueCode();
      const body = `${encoded(issued.form)}${'&a=1'.repeat(count)}`;
      const answer = await send(issued.app, 'POST', TOKEN, { headers: FORM_TYPE, body });
      expectApiError(answer, 400, 'invalid_request');
      expect(issued.store.writes).toEqual([]);
      expect(await isRedeemable(issued)).toBe(true);
    },
  );

  it.each(['%', 'grant_type=%zz', 'grant_type', '=', '&&&', 'grant_type=%E0%A4%A', ''])(
    'answers to the body %j in JSON (HTTP-06)',
    async (body) => {
      const { app, store } = createWatchedApp();
      const answer = await send(app, 'POST', TOKEN, { headers: FORM_TYPE, body });
      expect(answer.status).toBe(400);
      expectApiError(answer, 400, (answer.body as { error: string }).error);
      expect(store.writes).toEqual([]);
    },
  );
});

describe('POST /oauth/token: the body', () => {
  it.each([
    'application/json',
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded; charset=utf-16',
    'application/x-www-form-urlencodedx',
    'application/x-www-form-urlencoded, application/json',
  ])('is refused as %s, and the code is as good as before', async (type) => {
    const issued = await issueCode();
    for (const body of [encoded(issued.form), JSON.stringify(issued.form)]) {
      const headers = { 'Content-Type': type };
      const answer = await send(issued.app, 'POST', TOKEN, { headers, body });
      expectApiError(answer, 415, 'invalid_request');
    }
    expect(issued.store.writes).toEqual([]);
    expect(await isRedeemable(issued)).toBe(true);
  });

  it('is refused when it is compressed (HTTP-03)', async () => {
    const issued = await issueCode();
    const headers = { ...FORM_TYPE, 'Content-Encoding': 'gzip' };
    const body = gzipSync(encoded(issued.form));
    expectApiError(
      await send(issued.app, 'POST', TOKEN, { headers, body }),
      415,
      'invalid_request',
    );
    expect(await isRedeemable(issued)).toBe(true);
  });

  it.each([{}, { 'Transfer-Encoding': 'chunked' }])(
    'is refused when it has more than 64 KiB: %j (HTTP-05)',
    async (more) => {
      const issued = await issueCode();
      const headers = { ...FORM_TYPE, ...more };
      const body = `${encoded(issued.form)}&x=${'a'.repeat(64 * 1024)}`;
      const answer = await send(issued.app, 'POST', TOKEN, { headers, body });
      expectApiError(answer, 413, 'invalid_request');
      expect(answer.headers.connection).toBe('close');
      expect(await isRedeemable(issued)).toBe(true);
    },
  );

  it('may say its charset', async () => {
    const { app, form } = await issueCode();
    const headers = { 'Content-Type': 'Application/X-WWW-Form-Urlencoded;charset=UTF-8' };
    expect((await send(app, 'POST', TOKEN, { headers, body: encoded(form) })).status).toBe(200);
  });
});

describe('/oauth/token: other methods, and clients in browsers', () => {
  it.each(['GET', 'PUT', 'PATCH', 'DELETE', 'TRACE'])('refuses %s (HTTP-11)', async (method) => {
    const { app, store } = createWatchedApp();
    const answer = await send(app, method, `${TOKEN}?grant_type=authorization_code`);
    expectApiError(answer, 405, 'invalid_request');
    expect(answer.headers.allow).toBe('POST');
    expect(store.writes).toEqual([]);
  });

  it.each(ORIGINS)('answers a preflight of %s, without credentials (TOKEN-23)', async (Origin) => {
    const { app } = createWatchedApp();
    const headers = {
      Origin,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'authorization,content-type,mcp-protocol-version',
    };
    const answer = await send(app, 'OPTIONS', TOKEN, { headers });
    expect(answer).toMatchObject({
      status: 204,
      headers: {
        'access-control-allow-origin': '*',
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': 'authorization,content-type,mcp-protocol-version',
      },
    });
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
  });

  it.each(ORIGINS)('lets %s read tokens, without credentials (TOKEN-23)', async (Origin) => {
    const { app, form } = await issueCode();
    const headers = { ...FORM_TYPE, Origin };
    const answer = await send(app, 'POST', TOKEN, { headers, body: encoded(form) });
    expect(answer).toMatchObject({ status: 200, headers: { 'access-control-allow-origin': '*' } });
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
  });

  it.each(ORIGINS)('lets %s read an error (TOKEN-23)', async (Origin) => {
    const { app } = createWatchedApp();
    const headers = { ...FORM_TYPE, Origin };
    const body = encoded({ grant_type: 'refresh_token', client_id: 'gone', refresh_token: 'x' });
    const answer = await send(app, 'POST', TOKEN, { headers, body });
    expectApiError(answer, 401, 'invalid_client');
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'www-authenticate,retry-after,ratelimit,ratelimit-policy',
    });
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
  });
});
