/**
 * From the authorization request to the code, with a person on the way.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1
 * @see https://www.rfc-editor.org/rfc/rfc9207
 * @module
 */
import { TestBrowser, type TestPage } from './browser.ts';
import { createPkce, createState } from './pkce.ts';
import { RefusedError } from './refused-error.ts';
import { formBody, type AppUnderTest, type FormFields } from './request.ts';
import type { TestClient } from './register-client.ts';
import { noteSecret } from './secrets.ts';
import { insist, insistOn } from './strictly.ts';
import type { TestSession } from './login.ts';
import { walk } from './walk.ts';

/** What is asked for, and what the person does. */
export interface AuthorizeOptions {
  /** The scopes to ask for, as one string; none when it is absent. */
  readonly scope?: string;
  /** The API to ask for (RFC 8707): an absolute URL, or several. */
  readonly resource?: string | readonly string[];
  /** What the person presses. Default `allow`. */
  readonly decision?: 'allow' | 'deny';
  /** The scopes that the person leaves ticked. Default all. */
  readonly ticked?: readonly string[];
  /** Who is at the browser, by `testLogin().session(person)`. Default whoever the login says. */
  readonly as?: TestSession;
  /**
   * Logs in at the host's own login page. Called once, with the page that the person came to; the
   * page that it returns is where they go on, such as that of
   * `(page) => page.submit({ username: 'alice', password: 'password' })`.
   */
  readonly logIn?: (page: TestPage) => Promise<TestPage>;
  /** A browser that has been here before. Default a new one. */
  readonly browser?: TestBrowser;
  /** Which of its redirect URIs the client names, such as with a port. Default the first. */
  readonly redirect_uri?: string;
  /** More parameters, such as `prompt`; `undefined` leaves one out. */
  readonly parameters?: FormFields;
}

/** What the client got, and what it has to keep until the code is redeemed. */
export interface Authorization {
  readonly code: string;
  readonly state: string;
  readonly iss: string;
  readonly redirect_uri: string;
  readonly code_verifier: string;
  /** What was asked for. */
  readonly scope?: string;
  readonly resource?: string | readonly string[];
}

/**
 * Sends a person through login and consent, with PKCE, and checks the answer as a strict client does:
 * `state` and `iss`, each parameter once, the redirect URI, and that no cache keeps it.
 *
 * @throws {RefusedError} When the client is told an OAuth error, such as `access_denied`.
 * @throws {AssertionError} When the person comes out elsewhere, or the answer is not what it has to be.
 */
export async function authorize(
  app: AppUnderTest,
  client: TestClient,
  options: AuthorizeOptions = {},
): Promise<Authorization> {
  const { scope, resource, decision = 'allow', ticked, logIn, as, parameters = {} } = options;
  const redirect_uri = options.redirect_uri ?? client.redirect_uris[0];
  insist(redirect_uri !== undefined, 'this client has no redirect URI');
  const { code_verifier, code_challenge } = createPkce();
  const asked: FormFields = {
    ...{ response_type: 'code', client_id: client.client_id, redirect_uri },
    ...{ scope, resource, state: createState(), code_challenge, code_challenge_method: 'S256' },
    ...parameters,
  };
  const { authorization_endpoint, issuer } = client.server;
  const browser = options.browser ?? new TestBrowser(app);
  if (as) browser.setCookie(as.cookie.name, as.cookie.value);
  const start = new URL(authorization_endpoint);
  start.search = formBody(asked).toString();
  const end = await walk(browser, start.href, {
    ...{ decision, ticked, logIn, redirect_uri },
    origin: start.origin,
  });
  const answer = onlyOnce(new URL(end.url).searchParams);
  const { code, error, error_description, state, iss } = answer;
  insistOn(state, asked['state'], 'the state that the client gets');
  insistOn(iss, issuer, 'the iss that the client gets');
  insist(end.isNoStore, 'the redirect to the client may be kept by a cache');
  if (error !== undefined) {
    throw new RefusedError('the authorization', { status: end.status, error, error_description });
  }
  insist(code !== undefined, 'the client got neither a code nor an error');
  noteSecret(code, 'an authorization code');
  return {
    ...{ code, state: state ?? '', iss: issuer, redirect_uri, code_verifier },
    ...(scope !== undefined && { scope }),
    ...(resource !== undefined && { resource }),
  };
}

function onlyOnce(parameters: URLSearchParams): Readonly<Record<string, string | undefined>> {
  for (const name of ['code', 'error', 'state', 'iss'])
    insist(parameters.getAll(name).length <= 1, `the client gets ${name} twice`);
  return Object.fromEntries(parameters);
}
