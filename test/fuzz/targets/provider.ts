/**
 * An identity provider over real HTTP on loopback that answers what it is told to, word by word, and
 * the two kinds of login there.
 *
 * @module
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { publicJwk } from '../../../lib/tokens/signing-keys.ts';
import { oauth2Login } from '../../../lib/upstream/oauth2-login.ts';
import { oidcLogin } from '../../../lib/upstream/oidc-login.ts';
import type { UpstreamLogin } from '../../../lib/upstream/port.ts';
import { p256Key, signedJwt } from './fixed-keys.ts';
import { membersOf } from './refusal.ts';

export const NOW_SECONDS = 1_800_000_000;
export const CLIENT = 'express-dcr';
/** Stands for the address of the provider, which is another one in each run. */
export const PROVIDER = 'https://idp.example';
export const KEY = p256Key('k', 4);
/** Says the same name, and is nobody's here. */
const STRANGER = p256Key('k', 5);
/** Stand in an answer for an ID token, signed by the provider and by somebody else. */
export const ID_TOKEN = 'ID_TOKEN';
export const FORGED = 'FORGED';

/** An answer in one line: status, type and challenge, and the body behind them. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly challenge: string;
  readonly body: string;
}

export interface Provider {
  readonly issuer: string;
  readonly oidc: UpstreamLogin;
  readonly oauth2: UpstreamLogin;
  answers(endpoint: 'token' | 'userinfo', answer: Answer): void;
}

const CREDENTIALS = { clientId: CLIENT, clientSecret: 'a secret of the provider' };
const RUNTIME = { now: () => NOW_SECONDS * 1000, deadlineMs: 20_000 };

let started: Promise<Provider> | undefined;

/** One for all, from when it is first needed. It keeps no process alive: nobody stops it. */
export function provider(): Promise<Provider> {
  started ??= startProvider();
  return started;
}

async function startProvider(): Promise<Provider> {
  const answers = new Map<string, Answer>();
  const server = createServer((req, res) => {
    const { status, type, challenge, body } = answers.get(req.url ?? '') ?? answerOf('404|||');
    req.resume();
    res.writeHead(status, {
      'content-type': type,
      ...(challenge && { 'www-authenticate': challenge }),
    });
    res.end(body);
  });
  // A connection that is closed in the moment of its use would be an answer that did not come.
  server.keepAliveTimeout = 0;
  server.on('connection', (socket) => socket.unref());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  const issuer = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const documents = {
    '/.well-known/openid-configuration': documentOf(issuer),
    '/jwks': { keys: [publicJwk(KEY)] },
  };
  for (const [path, document] of Object.entries(documents))
    answers.set(path, { ...answerOf('200|application/json||'), body: JSON.stringify(document) });
  return {
    issuer,
    oidc: oidcLogin({ ...CREDENTIALS, issuer, name: 'idp' }, RUNTIME),
    oauth2: oauth2Login(
      {
        ...CREDENTIALS,
        ...{ name: 'idp', label: 'IdP', issuer },
        authorizationEndpoint: `${issuer}/authorize`,
        tokenEndpoint: `${issuer}/token`,
        userinfoEndpoint: `${issuer}/userinfo`,
        claims: { sub: ['sub', 'user.id'], name: ['name'], email: ['email', 'user.mail'] },
      },
      RUNTIME,
    ),
    answers: (endpoint, answer) => void answers.set(`/${endpoint}`, answer),
  };
}

function documentOf(issuer: string): object {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    userinfo_endpoint: `${issuer}/userinfo`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
    userinfo_signing_alg_values_supported: ['ES256'],
    authorization_response_iss_parameter_supported: true,
  };
}

/** What cannot be a status or stand in a header is not sent: it would not come here either. */
export function answerOf(line: string): Answer {
  const [status = '', type = '', challenge = '', ...body] = line.split('|');
  const inHeader = (text: string): string => text.replace(/[^\x20-\x7e]/g, '').trim();
  const code = /^[2-5]\d\d$/.test(status) ? Number(status) : 200;
  return {
    status: code,
    type: inHeader(type),
    challenge: inHeader(challenge),
    body: body.join('|'),
  };
}

export const lineOf = (body: object | string, status = 200, type = 'application/json'): string =>
  `${String(status)}|${type}||${typeof body === 'string' ? body : JSON.stringify(body)}`;

/** The answer in a line, and the ID token of two texts that stands in its places. */
export function answerWith(line: string, header: string, payload: string): [Answer, string] {
  const idToken = signedJwt(header, payload, KEY);
  const filled = line
    .replaceAll(ID_TOKEN, () => idToken)
    .replaceAll(FORGED, () => signedJwt(header, payload, STRANGER));
  return [answerOf(filled), idToken];
}

/** Whether an answer holds this ID token, in whatever letters its signature is written. */
export function holdsIdToken({ body }: Answer, idToken: string): boolean {
  const { id_token } = membersOf(body);
  const [header, payload, signature = ''] = String(id_token).split('.');
  const [wantedHeader, wantedPayload, wanted = ''] = idToken.split('.');
  const bytes = (part: string): Buffer => Buffer.from(part, 'base64url');
  const isSame = header === wantedHeader && payload === wantedPayload;
  return isSame && bytes(signature).equals(bytes(wanted));
}
