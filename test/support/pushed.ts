/**
 * A client that pushes its authorization requests.
 */
import type { Express } from 'express';
import supertest, { type Response } from 'supertest';
import { authorizationQuery, type Browser, type Pkce, type Query } from './flow.ts';

/** Pushes a request; a header takes the place of nothing that is sent in the body. */
export async function push(
  app: Express,
  client_id: string,
  pkce: Pkce,
  query: Query = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const body = authorizationQuery(client_id, pkce, query);
  return supertest(app).post('/oauth/par').type('form').set(headers).send(body);
}

/** The URI that stands for a request which has been pushed. */
export async function pushedUri(
  app: Express,
  client_id: string,
  pkce: Pkce,
  query: Query = {},
): Promise<string> {
  const { status, body } = await push(app, client_id, pkce, query);
  if (status !== 201) throw new Error(`push failed: ${JSON.stringify(body)}`);
  return (body as { request_uri: string }).request_uri;
}

/** Begins a pushed request; everything else in the query should change nothing. */
export async function beginPushed(
  browser: Browser,
  client_id: string,
  request_uri: string,
  query: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const parameters = new URLSearchParams({ client_id, request_uri, ...query });
  return browser.get(`/oauth/authorize?${parameters.toString()}`);
}
