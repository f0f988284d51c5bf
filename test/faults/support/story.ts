/**
 * One client and one person on their way, a request at a time, as a client that keeps to the rules
 * goes: what is answered with 503 is sent again, what was lost is begun again.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import {
  authorizationQuery,
  consentForm,
  createPkce,
  METADATA,
  REDIRECT_URI,
  redemption,
  type Pkce,
} from '../../support/flow.ts';
import type { Answer } from './http-client.ts';
import type { StatefulEndpoint } from './record.ts';
import type { Recorder, Request, Target } from './recorder.ts';

const SCOPE = 'openid offline_access';

export class Story {
  readonly #recorder: Recorder;
  readonly #cookies = new Map<string, string>();
  /** Of one person only so many grants are kept: each story is about another one. */
  readonly #person = nameOf(randomBytes(8));
  #next: StatefulEndpoint = 'register';
  #client_id = '';
  #pkce: Pkce = createPkce();
  #consentUrl = '';
  #form = { action: '', csrf: '' };
  #code = '';
  #refresh_token = '';
  #access_token = '';

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  /** What comes next. A story ends nowhere: it goes on refreshing. */
  get next(): StatefulEndpoint {
    return this.#next;
  }

  /** The access token, once there is one. */
  get accessToken(): string {
    return this.#access_token;
  }

  /** Makes the next request once; goes on when it was answered as asked. */
  async attempt(target: Target): Promise<Answer> {
    const answer = await this.#recorder.send(target, this.request());
    this.#keepCookies(answer);
    if (answer.status >= 200 && answer.status < 400) this.#advance(answer);
    else if (answer.status >= 400 && answer.status < 500) this.#beginAgain(answer);
    return answer;
  }

  /** Another authorization of the same client. */
  authorizeAgain(): void {
    this.#next = 'authorize';
    this.#pkce = createPkce();
    this.#cookies.delete('person');
  }

  /** The next request, but one that has to be refused; it must leave no trace. */
  wrong(): Request | undefined {
    const right = this.request();
    const { form } = right.ask;
    switch (this.#next) {
      case 'redeem':
        return wrongForm(right, { ...form, code_verifier: createPkce().code_verifier });
      case 'refresh':
        return wrongForm(right, { ...form, refresh_token: forged(this.#refresh_token) });
      case 'authorize': {
        const elsewhere = { redirect_uri: 'http://localhost:8080/elsewhere' };
        const query = authorizationQuery(this.#client_id, this.#pkce, elsewhere);
        return { ...right, ask: { path: `/oauth/authorize?${query}` }, isRight: false };
      }
      case 'register':
        return {
          ...right,
          ask: {
            ...right.ask,
            json: { ...METADATA, redirect_uris: ['http://app.example.com/callback'] },
          },
          isRight: false,
        };
      case 'consent':
      case 'decide':
        return undefined;
    }
  }

  /** The next request, without making it. */
  request(): Request {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { cookie };
    const client_id = this.#client_id;
    switch (this.#next) {
      case 'register':
        return {
          endpoint: 'register',
          ask: { method: 'POST', path: '/oauth/register', json: METADATA },
          read: (answer) => ({ client_id: bodyOf(answer)['client_id'] ?? '' }),
        };
      case 'authorize': {
        const query = authorizationQuery(client_id, this.#pkce, { scope: SCOPE });
        return {
          endpoint: 'authorize',
          ask: { path: `/oauth/authorize?${query}`, headers },
          used: { client_id },
          read: (answer) => ({ page: pageOf(answer) }),
        };
      }
      case 'consent':
        return {
          endpoint: 'consent',
          ask: { path: this.#consentUrl, headers },
          used: { client_id, page: this.#consentUrl },
        };
      case 'decide': {
        const { action, csrf } = this.#form;
        return {
          endpoint: 'decide',
          ask: { method: 'POST', path: action, headers, form: { decision: 'allow', csrf } },
          used: { client_id, page: this.#consentUrl },
          read: (answer) => ({ client_id, code: codeOf(answer) }),
        };
      }
      case 'redeem':
        return this.#tokenRequest('redeem', redemption(client_id, this.#code, this.#pkce));
      case 'refresh':
        return this.#tokenRequest('refresh', {
          grant_type: 'refresh_token',
          client_id,
          refresh_token: this.#refresh_token,
        });
    }
  }

  #tokenRequest(
    endpoint: 'redeem' | 'refresh',
    form: Readonly<Record<string, string | undefined>>,
  ): Request {
    const { client_id = '', code, code_verifier, refresh_token } = form;
    return {
      endpoint,
      ask: { method: 'POST', path: '/oauth/token', form: form as Record<string, string> },
      used: {
        client_id,
        ...(code !== undefined && { code, code_verifier: code_verifier ?? '' }),
        ...(refresh_token !== undefined && { refresh_token }),
      },
      read: (answer) => ({ client_id, refresh_token: bodyOf(answer)['refresh_token'] ?? '' }),
    };
  }

  #advance(answer: Answer): void {
    const body = bodyOf(answer);
    switch (this.#next) {
      case 'register':
        this.#client_id = body['client_id'] ?? '';
        this.#next = 'authorize';
        break;
      case 'authorize': {
        // The host's login sends the person back to where they came from.
        this.#cookies.set('person', this.#person);
        this.#consentUrl = pageOf(answer);
        this.#next = 'consent';
        break;
      }
      case 'consent':
        this.#form = consentForm(answer.text);
        this.#next = 'decide';
        break;
      case 'decide':
        this.#code = codeOf(answer);
        this.#next = 'redeem';
        break;
      case 'redeem':
      case 'refresh':
        this.#refresh_token = body['refresh_token'] ?? '';
        this.#access_token = body['access_token'] ?? '';
        this.#next = 'refresh';
    }
  }

  /** As the SDKs do: an unknown client registers again, a grant that is gone is asked for again. */
  #beginAgain(answer: Answer): void {
    const isClientGone = bodyOf(answer)['error'] === 'invalid_client' || this.#next === 'authorize';
    this.#next = isClientGone ? 'register' : 'authorize';
    this.#pkce = createPkce();
  }

  #keepCookies({ headers }: Answer): void {
    for (const line of headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.#cookies.set(name, value);
    }
  }
}

/** Letters, for so the host of the tests names its people. */
function nameOf(bytes: Buffer): string {
  return Array.from(bytes, (byte) => String.fromCharCode(97 + (byte % 26))).join('');
}

function wrongForm(right: Request, form: Readonly<Record<string, string | undefined>>): Request {
  return { ...right, ask: { ...right.ask, form: form as Record<string, string> }, isRight: false };
}

/** The same token with another MAC. */
function forged(token: string): string {
  const [grant = '', generation = ''] = token.split('.');
  return `${grant}.${generation}.${'A'.repeat(43)}`;
}

function bodyOf({ headers, text }: Answer): Readonly<Record<string, string | undefined>> {
  if (!headers['content-type']?.startsWith('application/json')) return {};
  return JSON.parse(text) as Record<string, string>;
}

/** The consent page that an authorization request leads to, directly or by way of the login. */
function pageOf({ headers }: Answer): string {
  const { pathname, search, searchParams } = new URL(headers.location ?? '/', 'http://localhost');
  return searchParams.get('return_to') ?? `${pathname}${search}`;
}

function codeOf({ headers }: Answer): string {
  const { location = '' } = headers;
  if (!location.startsWith(REDIRECT_URI)) return '';
  return new URL(location).searchParams.get('code') ?? '';
}
