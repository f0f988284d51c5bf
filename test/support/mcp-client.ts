/**
 * A real MCP client, driven from registration to tool calls by a script: the official SDK does the
 * protocol, the scripted browser does the person.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import {
  Client,
  discoverAuthorizationServerMetadata,
  isCallToolResult,
  OAuthError,
  registerClient,
  resolveClientMetadata,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from '@modelcontextprotocol/client';
import type {
  FetchLike,
  OAuthClientInformationContext,
  OAuthClientMetadata,
  OAuthClientProvider,
  OAuthDiscoveryState,
  StoredOAuthClientInformation,
  StoredOAuthTokens,
} from '@modelcontextprotocol/client';

import { Browser, errorOnPage, logInAndDecide } from './browser.ts';
import type { Decision, Person } from './browser.ts';

/** What happened, in the words of the wire. Scopes are as sent; absent means none was sent. */
export interface Story {
  readonly registrations: { sent: string | undefined; received: string | undefined }[];
  /** `outcome` is `code`, or the error that came instead. */
  readonly authorizations: { client_id: string; scope: string | undefined; outcome: string }[];
  readonly tokens: { grant_type: string; status: number; scope: string | undefined }[];
  readonly tools: string[];
}

/** The authorization ended with an error, on the redirect or on a page. */
export class AuthorizationRefused extends Error {
  override readonly name = 'AuthorizationRefused';
  readonly error: string;
  readonly shown: 'page' | 'redirect';
  readonly story: Story;

  constructor(error: string, shown: 'page' | 'redirect', story: Story) {
    super(`the authorization was refused on a ${shown}: ${error}`);
    this.error = error;
    this.shown = shown;
    this.story = story;
  }
}

export interface LoginOptions {
  /** The MCP endpoint. */
  readonly url: string | URL;
  readonly person: Person;
  /** What the person presses on the consent page. */
  readonly decision?: Decision;
  /** Overrides of the client's metadata. */
  readonly clientMetadata?: Partial<OAuthClientMetadata>;
  /**
   * The scope to register with, for a client that registers by itself and narrowly, as several do.
   * Without it the SDK registers with the very scope it is about to ask for.
   */
  readonly registerScope?: string;
}

/** Registers, logs in, consents and connects. @throws {AuthorizationRefused} */
export async function connectWithLogin(options: LoginOptions): Promise<ScriptedClient> {
  const client = new ScriptedClient(options);
  await client.connect();
  return client;
}

/** A client with one person in front of it. */
export class ScriptedClient {
  readonly story: Story = { registrations: [], authorizations: [], tokens: [], tools: [] };
  readonly browser: Browser;
  readonly provider: MemoryProvider;
  readonly #options: LoginOptions;
  readonly #fetch: FetchLike;
  #client: Client | undefined;
  #transport: StreamableHTTPClientTransport | undefined;

  constructor(options: LoginOptions) {
    this.#options = options;
    this.#fetch = recordingFetch(this.story);
    this.browser = new Browser(options.url);
    this.provider = new MemoryProvider(options, this.#fetch);
  }

  /** Connects, with a login on the way when the server wants one. */
  connect(): Promise<void> {
    return this.#withLogin(() => {
      this.#client = new Client({ name: 'scripted-client', version: '1.0.0' });
      this.#transport = new StreamableHTTPClientTransport(new URL(this.#options.url), {
        authProvider: this.provider,
        fetch: this.#fetch,
      });
      return this.#client.connect(this.#transport);
    });
  }

  /** Calls a tool and answers its text, with a second authorization when its scope is missing. */
  async callTool(name: string, args: Record<string, unknown> = {}): Promise<string> {
    const result = await this.#withLogin(async () =>
      this.#client?.callTool({ name, arguments: args }),
    );
    if (!isCallToolResult(result) || result.isError) throw new Error(`${name} failed`);
    this.story.tools.push(name);
    return result.content.map((part) => (part.type === 'text' ? part.text : '')).join('');
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
      await this.#authorize();
      return attempt();
    }
  }

  /** The person's part of an authorization, then the SDK's exchange of the code. */
  async #authorize(): Promise<void> {
    const request = this.provider.takeAuthorizationUrl();
    const authorization = {
      client_id: request.searchParams.get('client_id') ?? '',
      scope: request.searchParams.get('scope') ?? undefined,
      outcome: 'code',
    };
    this.story.authorizations.push(authorization);
    const refused = (error: string, shown: 'page' | 'redirect'): AuthorizationRefused => {
      authorization.outcome = error;
      return new AuthorizationRefused(error, shown, this.story);
    };

    const { person, decision } = this.#options;
    const end = await logInAndDecide(this.browser, request, person, decision);
    if (end.kind === 'page') throw refused(errorOnPage(end) ?? `HTTP ${end.status}`, 'page');
    const { origin, pathname, searchParams } = end.url;
    if (origin + pathname !== this.provider.redirectUrl) throw new Error(`sent to ${origin}`);
    const state = request.searchParams.get('state');
    if (searchParams.get('state') !== state) throw new Error('another state came back');
    try {
      await this.#transport?.finishAuth(searchParams);
    } catch (error) {
      if (searchParams.has('code') || !(error instanceof OAuthError)) throw error;
      throw refused(error.code, 'redirect');
    }
  }
}

/** Writes down registrations and token requests as they pass. */
function recordingFetch(story: Story): FetchLike {
  return async (input, init) => {
    const response = await fetch(input, init);
    const sent = init?.body;
    if (sent instanceof URLSearchParams) {
      const { scope } = (await response.clone().json()) as { scope?: string };
      const grant_type = sent.get('grant_type') ?? '';
      story.tokens.push({ grant_type, status: response.status, scope });
    } else if (typeof sent === 'string' && sent.includes('"redirect_uris"')) {
      const { scope: received } = (await response.clone().json()) as { scope?: string };
      story.registrations.push({ sent: (JSON.parse(sent) as { scope?: string }).scope, received });
    }
    return response;
  };
}

/** What the SDK asks a client to keep, in memory. */
export class MemoryProvider implements OAuthClientProvider {
  readonly redirectUrl = `http://127.0.0.1:${20_000 + Math.floor(Math.random() * 10_000)}/callback`;
  readonly clientMetadata: OAuthClientMetadata;
  readonly #registerScope: string | undefined;
  readonly #fetch: FetchLike;
  #client: StoredOAuthClientInformation | undefined;
  #tokens: StoredOAuthTokens | undefined;
  #discovery: OAuthDiscoveryState | undefined;
  #codeVerifier = '';
  #authorizationUrl: URL | undefined;

  constructor({ clientMetadata, registerScope }: LoginOptions, fetch: FetchLike) {
    this.#registerScope = registerScope;
    this.#fetch = fetch;
    this.clientMetadata = {
      client_name: 'Scripted MCP client',
      redirect_uris: [this.redirectUrl],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      ...clientMetadata,
    };
  }

  state = (): string => randomUUID();

  async clientInformation(
    context?: OAuthClientInformationContext,
  ): Promise<StoredOAuthClientInformation | undefined> {
    if (!this.#client && context && this.#registerScope !== undefined) {
      const { issuer } = context;
      const metadata = await discoverAuthorizationServerMetadata(issuer, { fetchFn: this.#fetch });
      const client = await registerClient(issuer, {
        ...(metadata && { metadata }),
        clientMetadata: resolveClientMetadata(this),
        scope: this.#registerScope,
        fetchFn: this.#fetch,
      });
      this.#client = { ...client, issuer };
    }
    return this.#client;
  }

  saveClientInformation = (client: StoredOAuthClientInformation): void =>
    void (this.#client = client);

  tokens = (): StoredOAuthTokens | undefined => this.#tokens;
  saveTokens = (tokens: StoredOAuthTokens): void => void (this.#tokens = tokens);

  /** Makes the access token useless, so that only the refresh token can save the next request. */
  spoilAccessToken(): void {
    if (this.#tokens) this.#tokens = { ...this.#tokens, access_token: 'spoilt' };
  }

  redirectToAuthorization = (authorizationUrl: URL): void =>
    void (this.#authorizationUrl = authorizationUrl);

  /** Where the SDK wants the person to go; each URL is used once. */
  takeAuthorizationUrl(): URL {
    const url = this.#authorizationUrl;
    this.#authorizationUrl = undefined;
    if (!url) throw new Error('the SDK asked for no authorization');
    return url;
  }

  codeVerifier = (): string => this.#codeVerifier;
  saveCodeVerifier = (codeVerifier: string): void => void (this.#codeVerifier = codeVerifier);

  discoveryState = (): OAuthDiscoveryState | undefined => this.#discovery;
  saveDiscoveryState = (state: OAuthDiscoveryState): void => void (this.#discovery = state);
}
