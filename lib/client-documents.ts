/**
 * Client ID metadata documents, put together: fetching, limits, and what is remembered.
 *
 * @module
 */
import { createGetJson } from './outbound/get-json.ts';
import { INTERNET } from './outbound/internet.ts';
import { createRemembered } from './outbound/remembered.ts';
import type { Settings } from './options/settings.ts';
import { OAuthError } from './protocol/errors.ts';
import { limitOf, type LimiterStore } from './rate-limits.ts';
import type { Runtime } from './runtime.ts';
import {
  createDocumentSource,
  documentFailure,
  fetchDocument,
  type FetchDocumentDeps,
} from './services/client-documents.ts';
import type { ReadDocumentDeps } from './services/read-document.ts';
import { createRequestGate, type Limit, type RequestGateDeps } from './services/request-gate.ts';
import type { ClientSources, KnownClient } from './services/resolve-client.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** A few kilobytes each. */
const MAX_REMEMBERED = 1000;
/** Between authorization and token request nobody is asked twice, and a change is seen within a day. */
const FRESH = { minMs: MINUTE_MS, maxMs: DAY_MS };

/** Fetches in a minute. What is remembered is not counted. */
export const FETCH_LIMITS = [
  { name: 'documents', by: 'network', limit: 30 },
  { name: 'documents-site', by: 'site', limit: 60 },
  // One network alone cannot use up what everybody may ask of a host.
  { name: 'documents-network-host', by: 'network and host', limit: 5 },
  { name: 'documents-host', by: 'host', limit: 30 },
  { name: 'documents-total', by: 'all', limit: 120 },
] as const;

export interface ClientDocumentsParts extends ReadDocumentDeps, RequestGateDeps {
  readonly store: LimiterStore;
  readonly runtime: Pick<Runtime, 'now' | 'outside'>;
}

/** Nothing when they are off. */
export function createClientDocuments(
  { issuer, clientIdMetadataDocuments: setting }: Settings,
  parts: ClientDocumentsParts,
): Pick<ClientSources, 'document'> {
  if (!setting) return {};
  const { runtime, logger } = parts;
  const fetching: FetchDocumentDeps = {
    ...parts,
    getJson: createGetJson(runtime.outside ?? INTERNET),
    admitFetch: createAdmission(parts),
  };
  const documents = createRemembered({
    max: MAX_REMEMBERED,
    fresh: FRESH,
    staleMs: DAY_MS,
    load: (client_id: string, network: string | undefined, before?: KnownClient) =>
      fetchDocument(fetching, client_id, { network, before }),
    failureOf: documentFailure,
    now: runtime.now,
  });
  const { hosts, allowHost } = setting;
  return { document: createDocumentSource({ issuer, hosts, allowHost, documents, logger }) };
}

function createAdmission(parts: ClientDocumentsParts): FetchDocumentDeps['admitFetch'] {
  const limits = FETCH_LIMITS.map(({ name, by, limit }): Limit => {
    const quota = { name, limit, windowSeconds: MINUTE_MS / 1000 };
    return limitOf(quota, by, true, parts.store);
  });
  const isOfOne = ({ by }: Limit): boolean => ['network', 'network and host', 'site'].includes(by);
  const gate = createRequestGate(limits, parts);
  // Who is not counted has no network to be counted by; the others are still asked no more often.
  const shared = createRequestGate(
    limits.filter((limit) => !isOfOne(limit)),
    parts,
  );
  return async (host, network) => {
    const { isWithin, quota, resetMs } = await (network === undefined
      ? shared.admit({ network: '', host })
      : gate.admit({ network, host }));
    if (isWithin) return;
    const isTheirs = limits.some((limit) => isOfOne(limit) && limit.quota === quota);
    throw new OAuthError(
      'temporarily_unavailable',
      'too many client metadata documents are being fetched: try again later',
      {
        detail: { limit: quota.name },
        retryAfterSeconds: Math.max(Math.ceil(resetMs / 1000), 1),
        isPlanned: true,
        ...(isTheirs && { status: 429 }),
      },
    );
  };
}
