/**
 * The variables about scopes: which there are, and who may ask for them.
 *
 * @module
 */
import { parseList, parseJsonList, readJsonFile, text } from './values.ts';
import type { OptionVariable } from './variable.ts';

export const SCOPE_VARIABLES: readonly OptionVariable[] = [
  {
    name: 'DCR_SCOPES_SUPPORTED',
    option: 'scopesSupported',
    read: parseList,
    meaning:
      'Every scope there is; those of your app have to be named, together with the ones of the default that you want to keep',
  },
  {
    name: 'DCR_BASELINE_SCOPES',
    option: 'baselineClientScopes',
    read: parseList,
    meaning:
      'What every registered client [may ask for](operators.md#the-baseline), whatever it registered with',
  },
  {
    name: 'DCR_BASELINE_RULES',
    option: 'baselineRules',
    read: parseJsonList,
    hasFileTwin: true,
    meaning:
      'More of them for some clients: a list of [rules](operators.md#rules-more-for-some-clients)',
  },
  {
    name: 'DCR_DEFAULT_SCOPES',
    option: 'defaultClientScopes',
    read: parseList,
    meaning: 'What a client gets that asks for nothing at registration',
    otherwise: 'all that are supported and not restricted',
  },
  {
    name: 'DCR_RESTRICTED_SCOPES',
    option: 'restrictedScopes',
    read: parseList,
    meaning:
      'What no registration can have, but for one with an [initial access token](operators.md#initial-access-tokens) that names it: names, or a prefix followed by `*`',
  },
  {
    name: 'DCR_UNSUPPORTED_SCOPES',
    option: 'unsupportedScopes',
    read: text,
    words: ['reject', 'drop'],
    meaning:
      'What becomes of scopes that nobody can register, such as misspelled ones: `reject` refuses the request, `drop` goes on without them, and who asks for such scopes alone at the registration has asked for nothing',
  },
  {
    name: 'DCR_SCOPE_CEILING',
    option: 'scopeCeiling',
    read: text,
    words: ['registered', 'supported'],
    meaning:
      'What a client may ask for when it sends the person to the login: `registered`, what it registered and the baseline, or `supported`, [everything that is supported and not restricted](operators.md#a-wider-ceiling)',
  },
  {
    name: 'DCR_RECONCILE',
    option: 'reconcile',
    read: text,
    words: ['on', 'off'],
    meaning:
      'Whether a changed policy reaches the clients that registered before: `on`, at once, or `off`, when [`express-dcr reconcile`](operators.md#when-the-note-is-the-rule) is run',
  },
  {
    name: 'DCR_SCOPES_FILE',
    option: 'scopes',
    read: readJsonFile,
    meaning: '[Descriptions of scopes](#descriptions-of-scopes) for the consent page',
  },
  {
    name: 'DCR_REFRESH_TOKENS',
    option: 'refreshTokens',
    read: text,
    words: ['offline_access', 'grant_type'],
    meaning:
      'What a refresh token takes, beside a client that registered for the grant type `refresh_token` or named none: `offline_access`, that this scope was granted, or `grant_type`, no more, unless `offline_access` is withheld from the client or the person',
  },
];
