/**
 * The variables about the server itself: who it is, what it signs with, what its pages say.
 *
 * @module
 */
import {
  parseBoolean,
  parseDuration,
  parseList,
  parseJsonList,
  readJsonFile,
  text,
} from './values.ts';
import type { OptionVariable } from './variable.ts';

export const SERVER_VARIABLES: readonly OptionVariable[] = [
  {
    name: 'DCR_ISSUER',
    option: 'issuer',
    read: text,
    meaning:
      'The public address of the server: https, or http on `localhost`, `127.0.0.1` or `[::1]`; no query, fragment, user or slash at the end. Clients compare it byte for byte, and changing it ends every connection',
    otherwise: 'required',
  },
  {
    name: 'DCR_RESOURCES',
    option: 'resources',
    read: parseList,
    meaning:
      "The APIs that tokens can be for, as addresses or as paths on the issuer's origin, beside those that the app itself names",
  },
  {
    name: 'DCR_RESOURCE_SERVERS',
    option: 'resourceServers',
    read: parseJsonList,
    hasFileTwin: true,
    meaning:
      '[APIs that may ask about tokens](operators.md#apis-that-ask-about-tokens): a list of `{ "id", "secret", "resources" }`',
  },
  {
    name: 'DCR_SECRET',
    option: 'secret',
    read: parseList,
    hasFileTwin: true,
    meaning:
      'For codes, refresh tokens, forms and [what is sealed](operators.md#secrets) in Redis; one, or several to [change it](operators.md#changing-the-secret)',
    otherwise: 'required with Redis, else made at start',
  },
  {
    name: 'DCR_SIGNING_KEYS',
    option: 'signingKeys',
    read: text,
    hasFileTwin: true,
    meaning:
      'Private keys for access tokens, newest first, in PEM (PKCS #8) or as a JWK Set: EC P-256, Ed25519, or RSA from 2048 bits',
    otherwise: 'the server [makes its own](operators.md#signing-keys)',
  },
  {
    name: 'DCR_SIGNING_KEY_ROTATION',
    option: 'signingKeyRotationSeconds',
    read: parseDuration,
    meaning:
      "How long a signing key of the server's own signs before the next one does: longer than an hour and `DCR_ACCESS_TOKEN_TTL` together. Refused together with `DCR_SIGNING_KEYS`",
  },
  {
    name: 'DCR_PAGES_FILE',
    option: 'pages',
    read: readJsonFile,
    meaning:
      '[The look and the words of the pages](app-developers/consent.md#your-own-look-and-words)',
  },
  {
    name: 'DCR_DRAIN_TIMEOUT',
    option: 'drainTimeoutSeconds',
    read: parseDuration,
    meaning: 'How long requests that are under way may take when the server is closed',
  },
  {
    name: 'DCR_LOG_LEVEL',
    option: 'logLevel',
    read: text,
    words: ['debug', 'info', 'warn', 'error'],
    meaning: 'From which level on [the log](operators.md#what-the-log-says) tells',
  },
  {
    name: 'DCR_ALLOW_MEMORY_STORE',
    option: 'allowMemoryStore',
    read: parseBoolean,
    meaning:
      'Whether memory will do when there is no Redis. `false` when `NODE_ENV` is `production`',
  },
];
