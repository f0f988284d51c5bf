/** An app that knows clients by their metadata documents, and a host that serves these. */
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import type { AuthorizationServerOptions } from '../../../lib/options/options.ts';
import { createTestApp, type TestApp, type TestAppOptions } from '../../support/app.ts';
import { startDocumentHost, type DocumentHost } from '../../support/document-host.ts';

/** Where answers go that are shown as a page of their own. */
export const APP_URI = 'https://app.example.com/cb';

export interface DocumentApp extends TestApp {
  readonly options: Partial<AuthorizationServerOptions>;
}

/** One host for all tests of a file; paths are for each test to choose. */
export function documentHost(): () => DocumentHost {
  let host: DocumentHost;
  beforeAll(async () => {
    host = await startDocumentHost();
  });
  beforeEach(() => {
    host.requests.length = 0;
    host.resolved.length = 0;
  });
  afterAll(() => host.close());
  return () => host;
}

/** The app. Redirects go to a host of the app's own, so that a consent can be remembered. */
export function createDocumentApp(
  host: DocumentHost,
  { options = {}, outside = host.outside, ...more }: TestAppOptions = {},
): DocumentApp {
  const given = { clientIdMetadataDocuments: true, ...options };
  return { ...createTestApp({ options: given, outside, ...more }), options: given };
}

/** What a document says beside its address. */
export const DOCUMENT = {
  client_name: 'Notes',
  redirect_uris: [APP_URI],
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
};

/** Puts a document at a path. @returns The client_id. */
export function publish(
  host: DocumentHost,
  path: string,
  changes: object = {},
  headers: Readonly<Record<string, string>> = {},
): string {
  const client_id = host.url(path);
  host.json(path, { client_id, ...DOCUMENT, ...changes }, headers);
  return client_id;
}
