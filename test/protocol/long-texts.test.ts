import { expect, it } from '@jest/globals';
import { printable } from '../../lib/operations/logger.ts';
import { parseBearer } from '../../lib/protocol/challenge.ts';
import { parseClientCredentials } from '../../lib/protocol/client-authentication.ts';
import { parseClientMetadata } from '../../lib/protocol/client-metadata.ts';
import { isBlank, isDeceptive } from '../../lib/protocol/display-text.ts';
import { isPublicHost } from '../../lib/protocol/host.ts';
import { issuerProblem } from '../../lib/protocol/issuer.ts';
import { isSameLoopbackUri, parseLoopbackUri } from '../../lib/protocol/loopback.ts';
import { Parameters } from '../../lib/protocol/parameters.ts';
import { isCodeChallenge, verifyCodeVerifier } from '../../lib/protocol/pkce.ts';
import { isAcceptableRedirectUri } from '../../lib/protocol/redirect-uri.ts';
import { isRefusedScheme } from '../../lib/protocol/refused-schemes.ts';
import { comparableResource, findResource } from '../../lib/protocol/resource.ts';
import { parseScope } from '../../lib/protocol/scope.ts';
import { withCpuTime } from '../support/cpu-time.ts';

const LENGTH = 60_000;
/** Far above what a pass over the text takes, far below what a pass for each character does. */
const WITHIN_CPU_MS = 500;

const TEXTS: readonly (readonly [name: string, text: string])[] = [
  ['letters and a mark', `${'a'.repeat(LENGTH)}!`],
  ['labels of a host', `https://${'a.'.repeat(LENGTH / 2)}`],
  ['labels of a host and a mark', `https://${'a.'.repeat(LENGTH / 2)}!`],
  ['labels of a loopback host', `http://127.0.0.1${'.1'.repeat(LENGTH / 2)}`],
  ['a long port', `http://localhost:${'1'.repeat(LENGTH)}/`],
  ['spaces', ' '.repeat(LENGTH)],
  ['spaces and a letter', `${' '.repeat(LENGTH)}a`],
  ['spaces between letters', `a${' '.repeat(LENGTH)}a`],
  ['slashes', `https:${'/'.repeat(LENGTH)}`],
  ['slashes and dots', `https://a.example${'/..'.repeat(LENGTH / 3)}`],
  ['at signs', `https://${'@'.repeat(LENGTH)}`],
  ['percent signs', `https://a.example/${'%'.repeat(LENGTH)}`],
  ['marks on a letter', `a${'\u0301'.repeat(LENGTH)}`],
  ['joiners', `${'\u200d'.repeat(LENGTH)}!`],
  ['fillers', `${'\u3164'.repeat(LENGTH)}a`],
  ['a scheme', `${'a.'.repeat(LENGTH / 2)}:/cb`],
  ['equals signs', `Basic ${'='.repeat(LENGTH)}!`],
  ['blanks after a scheme', `Bearer ${' '.repeat(LENGTH)}!`],
  ['colons', `Basic ${Buffer.from(':'.repeat(LENGTH)).toString('base64')}`],
  ['ampersands', '&='.repeat(LENGTH / 2)],
  ['quotes', '"'.repeat(LENGTH)],
  ['controls', '\u0000'.repeat(LENGTH)],
];

const context = { ownEndpoints: ['https://auth.example.com/oauth/consent'], confidential: false };
const REDIRECT_URIS = ['https://app.example.com/cb'];

const READERS: readonly (readonly [name: string, read: (text: string) => unknown])[] = [
  ['a redirect URI', (text) => isAcceptableRedirectUri(text, context)],
  ['a redirect URI of loopback', parseLoopbackUri],
  ['two redirect URIs', (text) => isSameLoopbackUri(text, text)],
  ['a host', isPublicHost],
  ['a scheme', isRefusedScheme],
  ['a scope', parseScope],
  ['a resource', (text) => [comparableResource(text), findResource(text, REDIRECT_URIS)]],
  ['an issuer', issuerProblem],
  ['a name', (text) => [isBlank(text), isDeceptive(text)]],
  ['a line of the log', printable],
  ['a challenge', isCodeChallenge],
  ['a verifier', (text) => verifyCodeVerifier(text, 'A'.repeat(43))],
  ['a bearer token', parseBearer],
  ['a form', (text) => Parameters.fromEncoded(text).get('code')],
  ['credentials', (text) => parseClientCredentials(text, Parameters.fromEncoded(''))],
  ...['client_name', 'client_name#de', 'client_uri', 'logo_uri', 'scope', 'software_id'].map(
    (name): [string, (text: string) => unknown] => [
      `the member ${name}`,
      (text) => parseClientMetadata({ redirect_uris: REDIRECT_URIS, [name]: text }),
    ],
  ),
  ['contacts', (text) => parseClientMetadata({ redirect_uris: REDIRECT_URIS, contacts: [text] })],
  ['redirect URIs', (text) => parseClientMetadata({ redirect_uris: [text, text] })],
  ['a name of a member', (text) => parseClientMetadata({ [`client_name#${text}`]: 'a' })],
];

/** A refusal is an answer too; a mistake of ours is not. */
function read(reader: (text: string) => unknown, text: string): void {
  try {
    reader(text);
  } catch (error) {
    expect(error).toHaveProperty('name', 'OAuthError');
  }
}

it.each(READERS)('%s: 60 000 characters are read in one pass (HTTP-23)', async (_name, reader) => {
  const slow: string[] = [];
  for (const [name, text] of TEXTS) {
    const { cpuMs } = await withCpuTime(() => read(reader, text));
    if (cpuMs >= WITHIN_CPU_MS) slow.push(name);
  }
  expect(slow).toEqual([]);
});
