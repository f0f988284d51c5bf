/**
 * What clients in the field need beside being registered: what a setting takes from them.
 *
 * @module
 */
import type { EnvironmentOptions } from '../env.ts';
import { isDocumentHostAllowed } from '../policy/document-hosts.ts';
import { OFFLINE_ACCESS } from '../protocol/scope.ts';
import type { Deciding } from '../options/environment-settings.ts';
import { asTyped, SUPPORT_OFFLINE_ACCESS } from './remedies.ts';

export interface UnmetNeed {
  readonly clients: readonly string[];
  /** What becomes of them, as a sentence goes on after their names. */
  readonly effect: string;
  /** Whether they cannot come in at all; else they are worse off. */
  readonly isShutOut: boolean;
  /** What helps, as it is typed. */
  readonly remedy?: string;
}

interface KnownNeed {
  readonly clients: readonly string[];
  readonly isShutOut: boolean;
  /** What becomes of them with these settings; `undefined` when they have what they need. */
  readonly effect: (deciding: Deciding) => string | undefined;
  readonly remedy?: string | ((options: EnvironmentOptions) => string | undefined);
}

/** The metadata documents of clients that come with them where documents are offered. */
const KNOWN_DOCUMENTS: readonly (Pick<KnownNeed, 'clients'> & { readonly document: string })[] = [
  { clients: ['Codex'], document: 'https://chatgpt.com/oauth/codex/client.json' },
  { clients: ['ChatGPT'], document: 'https://chatgpt.com/oauth/client.json' },
  { clients: ['Claude Code'], document: 'https://claude.ai/oauth/claude-code-client-metadata' },
  { clients: ['VS Code'], document: 'https://vscode.dev/oauth/client-metadata.json' },
];

/** Below this, the people of one hosted client are in each other's way. */
const ROOM_PER_HOUR = 100;

const ALL = ['every client we know of'];

const KNOWN_NEEDS: readonly KnownNeed[] = [
  {
    clients: ALL,
    isShutOut: true,
    effect: ({ settings }) =>
      settings.requirePushedAuthorizationRequests
        ? 'will be refused, for none pushes its authorization requests'
        : undefined,
    remedy: 'DCR_REQUIRE_PUSHED_AUTHORIZATION_REQUESTS=false',
  },
  {
    clients: ALL,
    isShutOut: true,
    effect: ({ settings: { registration, clientIdMetadataDocuments } }) => {
      if (registration === 'open') return undefined;
      const others = clientIdMetadataDocuments
        ? ', but for those that are known by a metadata document (Codex, Claude Code, VS Code, ChatGPT)'
        : '';
      return `cannot register by itself${others}`;
    },
    remedy: 'DCR_REGISTRATION=open',
  },
  ...KNOWN_DOCUMENTS.map(documentNeed),
  {
    clients: ['Codex (older versions)', 'other clients that name no resource'],
    isShutOut: true,
    effect: ({ settings }) =>
      settings.resources.length > 1
        ? 'will be refused (invalid_target), for there are several and none is meant without a name'
        : undefined,
  },
  {
    clients: ['claude.ai', 'ChatGPT', 'Copilot Studio'],
    isShutOut: false,
    effect: ({ settings, scopePolicy }) =>
      scopePolicy.registrable.includes(OFFLINE_ACCESS)
        ? undefined
        : `use refresh tokens only where offline_access is listed: people log in again ${eachTime(settings)}`,
    remedy: (options) => asTyped(SUPPORT_OFFLINE_ACCESS({ options, missing: [] })),
  },
  {
    clients: ['opencode', 'mcporter'],
    isShutOut: false,
    effect: ({ settings }) =>
      settings.refreshTokens === 'offline_access'
        ? `do not ask for offline_access in some versions and get no refresh token: people log in again ${eachTime(settings)}`
        : undefined,
    remedy: 'DCR_REFRESH_TOKENS=grant_type',
  },
  {
    clients: ['claude.ai', 'ChatGPT'],
    isShutOut: false,
    effect: ({ settings: { rateLimits, registration } }) => {
      const { register } = rateLimits;
      if (registration === 'off' || typeof register !== 'object') return undefined;
      const perHour = (register.limit * 3600) / register.windowSeconds;
      if (perHour >= ROOM_PER_HOUR || rateLimits.exempt.length > 0) return undefined;
      return 'register for all their people from a few networks, and one network may register too seldom for that';
    },
    remedy: 'DCR_RATE_LIMIT_EXEMPT=160.79.104.0/21',
  },
];

/** @param options - As they are in effect. */
export function unmetNeeds(options: EnvironmentOptions, deciding: Deciding): UnmetNeed[] {
  return KNOWN_NEEDS.flatMap(({ clients, isShutOut, effect, remedy }) => {
    const said = effect(deciding);
    if (said === undefined) return [];
    const helps = typeof remedy === 'function' ? remedy(options) : remedy;
    return [{ clients, effect: said, isShutOut, ...(helps !== undefined && { remedy: helps }) }];
  });
}

/** Those that choose documents do not register where the host of theirs does not count. */
function documentNeed({ clients, document }: (typeof KNOWN_DOCUMENTS)[number]): KnownNeed {
  const { hostname } = new URL(document);
  return {
    ...{ clients, isShutOut: true },
    effect: ({ settings: { clientIdMetadataDocuments: documents } }) =>
      documents && !isDocumentHostAllowed(document, documents.hosts)
        ? `comes with its metadata document at ${hostname} where documents are offered, and that host does not count`
        : undefined,
    remedy: ({ clientIdMetadataDocuments: option }) => {
      const { hosts = [], deniedHosts = [] } = typeof option === 'object' ? option : {};
      if (!isDocumentHostAllowed(document, { denied: deniedHosts })) return undefined;
      const value = [...hosts, hostname].join(' ');
      return asTyped({ variable: 'DCR_CLIENT_ID_METADATA_DOCUMENT_HOSTS', value });
    },
  };
}

function eachTime({ accessTokenTtlSeconds }: { readonly accessTokenTtlSeconds: number }): string {
  return `each ${String(accessTokenTtlSeconds)} s`;
}
