/**
 * The official MCP client SDK in its first version, driven by a script: what it sends and stores is
 * the SDK's own doing, the scripted browser does the person.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import {
  auth,
  UnauthorizedError,
  type OAuthClientProvider,
} from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type {
  OAuthClientInformationMixed,
  OAuthClientMetadata,
  OAuthTokens,
} from '@modelcontextprotocol/sdk/shared/auth.js';
import type { FetchLike } from '@modelcontextprotocol/sdk/shared/transport.js';

import { Browser, errorOnPage, logInAndDecide, type Person } from './browser.ts';

/** Requests and answers in the order they were made, as on the wire. */
export interface StoryV1 {
  readonly registrations: { sent: object; status: number; received: object }[];
  readonly authorizations: { sent: Readonly<Record<string, string>>; outcome: string }[];
  readonly tokens: { sent: Readonly<Record<string, string>>; status: number; received: object }[];
}

/** The authorization ended with an error. */
export class RefusedV1 extends Error {
  override readonly name = 'RefusedV1';
  readonly error: string;

  constructor(error: string) {
    super(`the authorization was refused: ${error}`);
    this.error = error;
  }
}

/** A client with one person in front of it. */
export class ScriptedClientV1 {
  readonly story: StoryV1 = { registrations: [], authorizations: [], tokens: [] };
  readonly provider: MemoryProviderV1;
  readonly #url: URL;
  readonly #person: Person;
  readonly #browser: Browser;
  readonly #fetch: FetchLike;
  #client: Client | undefined;
  #transport: StreamableHTTPClientTransport | undefined;

  /**
   * @param url - The MCP endpoint.
   * @param metadata - What it registers with, beside its name and address; public when it is absent.
   */
  constructor(url: string, person: Person, metadata?: Partial<OAuthClientMetadata>) {
    this.provider = new MemoryProviderV1(metadata);
    this.#url = new URL(url);
    this.#person = person;
    this.#browser = new Browser(url);
    this.#fetch = recordingFetch(this.story);
  }

  /** Asks for certain scopes before it connects, as an app does that wants a refresh token. */
  async authorize(scope: string): Promise<void> {
    const options = { serverUrl: this.#url, fetchFn: this.#fetch };
    if ((await auth(this.provider, { ...options, scope })) === 'AUTHORIZED') return;
    const authorizationCode = await this.#code();
    await auth(this.provider, { ...options, authorizationCode });
  }

  /** Connects, with a login on the way when the server wants one. */
  connect(): Promise<void> {
    return this.#withLogin(() => {
      this.#client = new Client({ name: 'scripted-client', version: '1.0.0' });
      this.#transport = new StreamableHTTPClientTransport(this.#url, {
        authProvider: this.provider,
        fetch: this.#fetch,
      });
      return this.#client.connect(this.#transport);
    });
  }

  /** Calls a tool and answers its text, with another authorization when its scope is missing. */
  async callTool(name: string, args: Record<string, unknown> = {}): Promise<string> {
    const result = await this.#withLogin(async () =>
      this.#client?.callTool({ name, arguments: args }),
    );
    if (!result || result.isError) throw new Error(`${name} failed`);
    return (result.content as { text?: string }[]).map(({ text = '' }) => text).join('');
  }

  async close(): Promise<void> {
    await this.#client?.close();
  }

  /** The SDK throws when a person is needed; after the authorization the caller tries again. */
  async #withLogin<T>(attempt: () => Promise<T>): Promise<T> {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof UnauthorizedError)) throw error;
      await this.#transport?.finishAuth(await this.#code());
      return attempt();
    }
  }

  /** The person's part of an authorization. */
  async #code(): Promise<string> {
    const request = this.provider.takeAuthorizationUrl();
    const told = { sent: Object.fromEntries(request.searchParams), outcome: 'code' };
    this.story.authorizations.push(told);
    const end = await logInAndDecide(this.#browser, request, this.#person);
    const code = end.kind === 'departure' ? end.url.searchParams.get('code') : null;
    if (code !== null) return code;
    told.outcome =
      (end.kind === 'page' ? errorOnPage(end) : end.url.searchParams.get('error')) ?? 'nothing';
    throw new RefusedV1(told.outcome);
  }
}

/** Writes down registrations and token requests as they pass. */
function recordingFetch(story: StoryV1): FetchLike {
  return async (input, init) => {
    const response = await fetch(input, init);
    const { status } = response;
    const body = init?.body;
    if (body instanceof URLSearchParams) {
      const received = (await response.clone().json()) as object;
      story.tokens.push({ sent: Object.fromEntries(body), status, received });
    } else if (typeof body === 'string' && body.includes('"redirect_uris"')) {
      const received = (await response.clone().json()) as object;
      story.registrations.push({ sent: JSON.parse(body) as object, status, received });
    }
    return response;
  };
}

/** What the SDK asks an app to keep, in memory. */
export class MemoryProviderV1 implements OAuthClientProvider {
  readonly redirectUrl: string;
  readonly clientMetadata: OAuthClientMetadata;
  #client: OAuthClientInformationMixed | undefined;
  #tokens: OAuthTokens | undefined;
  #codeVerifier = '';
  #authorizationUrl: URL | undefined;

  constructor(metadata: Partial<OAuthClientMetadata> = { token_endpoint_auth_method: 'none' }) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const { redirect_uris: [redirectUrl = `http://127.0.0.1:${port}/callback`] = [] } = metadata;
    this.redirectUrl = redirectUrl;
    this.clientMetadata = {
      client_name: 'Scripted MCP client, version 1',
      ...metadata,
      redirect_uris: [redirectUrl],
    };
  }

  state = (): string => randomUUID();
  clientInformation = (): OAuthClientInformationMixed | undefined => this.#client;
  saveClientInformation = (client: OAuthClientInformationMixed): void =>
    void (this.#client = client);

  tokens = (): OAuthTokens | undefined => this.#tokens;
  saveTokens = (tokens: OAuthTokens): void => void (this.#tokens = tokens);
  codeVerifier = (): string => this.#codeVerifier;
  saveCodeVerifier = (codeVerifier: string): void => void (this.#codeVerifier = codeVerifier);

  redirectToAuthorization = (authorizationUrl: URL): void =>
    void (this.#authorizationUrl = authorizationUrl);

  invalidateCredentials = (kind: 'all' | 'client' | 'tokens' | 'verifier' | 'discovery'): void => {
    if (kind === 'all' || kind === 'client') this.#client = undefined;
    if (kind === 'all' || kind === 'tokens') this.#tokens = undefined;
  };

  /** Where the SDK wants the person to go; each URL is used once. */
  takeAuthorizationUrl(): URL {
    const url = this.#authorizationUrl;
    this.#authorizationUrl = undefined;
    if (!url) throw new Error('the SDK asked for no authorization');
    return url;
  }
}
