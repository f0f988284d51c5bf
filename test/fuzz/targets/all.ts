/**
 * Everything that is fuzzed.
 *
 * @module
 */
import type { Target } from '../engine/target.ts';
import { accessToken } from './access-token.ts';
import { issuer, providerAddress, resource } from './addresses.ts';
import { authorizationResponse } from './authorization-response.ts';
import { bearer } from './bearer.ts';
import { cookie, language } from './browser-headers.ts';
import { clientAssertion } from './client-assertion.ts';
import { clientCredentials } from './client-credentials.ts';
import { clientMetadata, metadataDocument } from './client-metadata.ts';
import { environment } from './environment.ts';
import { envelope } from './envelope.ts';
import { fetched } from './fetched.ts';
import { grantCredentials } from './grant-credentials.ts';
import { importFile } from './import-file.ts';
import { network } from './network.ts';
import { parameters } from './parameters.ts';
import { redirectUri, redirectUriMatch } from './redirect-uris.ts';
import { requests } from './requests.ts';
import { scope } from './scope.ts';
import { displayText, shownAddress } from './shown-text.ts';
import { upstreamLogin } from './upstream-login.ts';
import { upstreamOAuth2 } from './upstream-oauth2.ts';
import { upstreamRefresh } from './upstream-refresh.ts';

export const TARGETS: readonly Target[] = [
  parameters,
  requests,
  clientCredentials,
  bearer,
  scope,
  redirectUri,
  redirectUriMatch,
  authorizationResponse,
  clientMetadata,
  metadataDocument,
  clientAssertion,
  accessToken,
  grantCredentials,
  envelope,
  issuer,
  resource,
  providerAddress,
  network,
  cookie,
  language,
  importFile,
  fetched,
  environment,
  displayText,
  shownAddress,
  upstreamLogin,
  upstreamOAuth2,
  upstreamRefresh,
];
