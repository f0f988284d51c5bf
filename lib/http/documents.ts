/**
 * The documents that clients discover the server by.
 *
 * They are made once and answered from memory: discovery works while the store is away.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8414#section-3
 * @see https://www.rfc-editor.org/rfc/rfc9728#section-3
 * @module
 */
import { createHash } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { wellKnownPath } from '../protocol/issuer.ts';
import { resourceMetadata } from '../protocol/resource-metadata.ts';
import type { Scope } from '../protocol/scope.ts';
import type { ServerMetadata } from '../protocol/server-metadata.ts';
import { allowAnyOrigin } from './cors.ts';
import type { Place } from './host-routes.ts';
import { methodNotAllowed } from './middleware.ts';
import type { ResourceRegistry } from './resource-registry.ts';
import { JSON_TYPE } from './send-json.ts';

const CACHE_CONTROL = 'public, max-age=300';
const METHODS = ['GET', 'HEAD', 'OPTIONS'];
const PROTECTED_RESOURCE = '/.well-known/oauth-protected-resource';
const OPENID_CONFIGURATION = '/.well-known/openid-configuration';

export interface DocumentsDeps {
  readonly issuer: string;
  readonly metadata: ServerMetadata;
  readonly registry: ResourceRegistry;
  /** What resource metadata may name. */
  readonly scopes: readonly Scope[];
}

/** A document, ready to be sent. */
interface Document {
  readonly body: Buffer;
  readonly etag: string;
}

/** Answers the well-known paths of this server at the root of the origin, and lets every other path pass. */
export function wellKnownHandler(deps: DocumentsDeps): RequestHandler {
  return documentsHandler(() => wellKnownDocuments(deps, deps.registry.list()));
}

/** Where {@link wellKnownHandler} has a document, by the resources that are mounted so far. */
export function wellKnownPlaces(deps: DocumentsDeps): Place[] {
  return placesOf(wellKnownDocuments(deps, deps.registry.soFar()));
}

/** Where {@link openidConfigurationHandler} has one. */
export function openidConfigurationPlaces(deps: Pick<DocumentsDeps, 'metadata'>): Place[] {
  return placesOf(openidDocuments(deps));
}

/** Express looks for routes by the path alone. */
function placesOf(documents: ReadonlyMap<string, Document>): Place[] {
  const paths = new Set([...documents.keys()].map((place) => place.split('?')[0] ?? ''));
  return [...paths].map((path) => ({ method: 'get', path }));
}

/** The same below the path of an issuer, where only OpenID looks (OpenID Connect Discovery §4). */
export function openidConfigurationHandler(deps: DocumentsDeps): RequestHandler {
  return documentsHandler(() => openidDocuments(deps));
}

/**
 * The documents of one resource, for an app that is nothing else: at its own address, the same without
 * a slash at the end, and at the bare one.
 */
export function resourceDocumentsHandler({
  issuer,
  resource,
  scopes,
}: {
  readonly issuer: string;
  readonly resource: string;
  readonly scopes: readonly Scope[];
}): RequestHandler {
  return documentsHandler(() => documentsOf(resourceDocuments([resource], issuer, scopes)));
}

function documentsHandler(make: () => ReadonlyMap<string, Document>): RequestHandler {
  const cors = allowAnyOrigin(METHODS);
  const refuse = methodNotAllowed(METHODS);
  let documents: ReadonlyMap<string, Document> | undefined;
  return function serveWellKnown(req, res, next) {
    if (!req.path.startsWith('/.well-known/')) {
      next();
      return;
    }
    // Made at the first request, when all resources have been mounted.
    documents ??= make();
    // A resource may have a query of its own; any other query is nobody's.
    const document = documents.get(req.url) ?? documents.get(req.path);
    if (!document) next();
    else {
      res.removeHeader('X-Powered-By');
      cors(req, res, () => {
        if (METHODS.includes(req.method)) send(req, res, document);
        else refuse(req, res, next);
      });
    }
  };
}

/** The public keys (RFC 7517 §5). */
export function jwksHandlers(jwks: () => Promise<object>): RequestHandler[] {
  return [
    async function serveKeys(req, res) {
      send(req, res, documentOf(await jwks()));
    },
  ];
}

function openidDocuments({
  metadata,
}: Pick<DocumentsDeps, 'metadata'>): ReadonlyMap<string, Document> {
  return documentsOf(isOpenid(metadata) ? [[OPENID_CONFIGURATION, metadata]] : []);
}

function wellKnownDocuments(
  { issuer, metadata, scopes }: DocumentsDeps,
  resources: readonly string[],
): ReadonlyMap<string, Document> {
  const ofServer = isOpenid(metadata)
    ? ['oauth-authorization-server', 'openid-configuration']
    : ['oauth-authorization-server'];
  return documentsOf([
    ...ofServer.map((name) => [wellKnownPath(name, issuer), metadata] as const),
    ...resourceDocuments(resources, issuer, scopes),
  ]);
}

/** By their paths; of two with one path the first counts. */
function documentsOf(entries: readonly (readonly [string, object])[]): Map<string, Document> {
  const documents = new Map<string, Document>();
  for (const [path, content] of entries) {
    if (!documents.has(path)) documents.set(path, documentOf(content));
  }
  return documents;
}

function resourceDocuments(
  all: readonly string[],
  issuer: string,
  scopes: readonly Scope[],
): [string, object][] {
  const entries: [string, object][] = [];
  const add = (path: string, resource: string): void => {
    entries.push([path, resourceMetadata(resource, issuer, scopes)]);
  };
  const pathOf = (resource: string): string => wellKnownPath('oauth-protected-resource', resource);
  const [own, others] = byOrigin(all, issuer);
  for (const resource of own) add(pathOf(resource), resource);
  // Clients of the MCP SDK leave out a slash at the end.
  for (const resource of own) add(pathOf(resource).replace(/\/(?=\?|$)/, ''), resource);
  // A resource at another host has its documents there; this app may be what answers there too.
  for (const resource of others) {
    if (new URL(resource).pathname !== '/') add(pathOf(resource), resource);
  }
  // The bare path stands for the only resource; with several, for the one at the origin, if there is one.
  const [only, ...more] = all;
  if (only !== undefined && more.length === 0) add(PROTECTED_RESOURCE, only);
  return entries;
}

/** Half a document would be worse than none: clients take what they miss for the default. */
function isOpenid({ userinfo_endpoint }: ServerMetadata): boolean {
  return userinfo_endpoint !== undefined;
}

function byOrigin(resources: readonly string[], issuer: string): readonly [string[], string[]] {
  const { origin } = new URL(issuer);
  const isOwn = (resource: string): boolean => new URL(resource).origin === origin;
  return [resources.filter(isOwn), resources.filter((resource) => !isOwn(resource))];
}

function documentOf(content: object): Document {
  const body = Buffer.from(JSON.stringify(content));
  return { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` };
}

function send(req: Request, res: Response, { body, etag }: Document): void {
  res.setHeader('Cache-Control', CACHE_CONTROL);
  res.setHeader('X-Content-Type-Options', 'nosniff');
  res.setHeader('ETag', etag);
  if (req.fresh) res.status(304).end();
  else res.setHeader('Content-Type', JSON_TYPE).end(body);
}
