/**
 * A client that knows nothing but the address of the API. Every other address is one that the server
 * published (RFC 9728 §5, RFC 8414 §3).
 */
import type { Express } from 'express';
import supertest, { type Response } from 'supertest';
import type { ResourceMetadata } from '../../lib/protocol/resource-metadata.ts';
import type { ServerMetadata } from '../../lib/protocol/server-metadata.ts';
import {
  authorizationQuery,
  Browser,
  consentForm,
  locationOf,
  METADATA,
  redirectParameters,
  type Form,
  type Pkce,
  type Query,
} from './flow.ts';

export interface Discovered {
  readonly resource: ResourceMetadata;
  readonly server: ServerMetadata;
}

/** From the challenge of the API to the metadata of its server. */
export async function discover(app: Express, api: string): Promise<Discovered> {
  const challenged = await supertest(app).get(pathOf(api));
  const challenge = (challenged.headers as Record<string, string>)['www-authenticate'] ?? '';
  const address = /resource_metadata="([^"]+)"/.exec(challenge)?.[1] ?? 'no challenge';
  const resource = await documentAt<ResourceMetadata>(app, address);
  const issuer = new URL(resource.authorization_servers[0]);
  const path = issuer.pathname === '/' ? '' : issuer.pathname;
  const place = `${issuer.origin}/.well-known/oauth-authorization-server${path}`;
  return { resource, server: await documentAt<ServerMetadata>(app, place) };
}

/** Path and query of an address: the rest is what the proxy in front takes away. */
export function pathOf(address: string): string {
  const { pathname, search } = new URL(address);
  return `${pathname}${search}`;
}

export async function registerAt(app: Express, server: ServerMetadata): Promise<string> {
  const { registration_endpoint = '' } = server;
  const { body, status } = await supertest(app).post(pathOf(registration_endpoint)).send(METADATA);
  if (status !== 201) throw new Error(`registration failed: ${JSON.stringify(body)}`);
  return (body as { client_id: string }).client_id;
}

/** What a browser saw on the way from the authorization request to the client. */
export interface Seen {
  readonly begun: Response;
  /** Where the login page was told to send the browser. */
  readonly returnTo: string;
  readonly action: string;
  readonly decided: Response;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Begins as a stranger, logs in where the server sends the browser, and allows. */
export async function allowAt(
  app: Express,
  server: ServerMetadata,
  client_id: string,
  pkce: Pkce,
  more: Query = {},
): Promise<Seen> {
  const browser = new Browser(app);
  const query = authorizationQuery(client_id, pkce, more);
  const begun = await browser.get(`${pathOf(server.authorization_endpoint)}?${query}`);
  const login = new URL(locationOf(begun), server.issuer);
  const returnTo = login.searchParams.get('return_to') ?? '';
  const page = await browser.login('alice').get(returnTo);
  const { action, csrf } = consentForm(page.text);
  const decided = await browser.post(action, { decision: 'allow', csrf });
  return { begun, returnTo, action, decided, parameters: redirectParameters(decided) };
}

export async function tokensAt(
  app: Express,
  server: ServerMetadata,
  form: Form,
): Promise<Response> {
  const given = Object.entries(form).filter(([, value]) => value !== undefined);
  return supertest(app)
    .post(pathOf(server.token_endpoint))
    .type('form')
    .send(Object.fromEntries(given) as Record<string, string>);
}

async function documentAt<Content>(app: Express, address: string): Promise<Content> {
  const { status, body } = await supertest(app).get(pathOf(address));
  if (status !== 200) throw new Error(`${address} answered ${String(status)}`);
  return body as Content;
}
