/**
 * express-dcr/testing: what the tests of an app need whose logins this package does, and the tests of
 * a store of your own. Nothing here is for production.
 *
 * @module
 */
export { authorize, type Authorization, type AuthorizeOptions } from './testing/authorize.ts';
export { TestBrowser, type TestPage } from './testing/browser.ts';
export type { Duration, TestClock } from './testing/clock.ts';
export { storeContract, type StoreContractSettings } from './testing/contract/store-contract.ts';
export type { CreateStore, StoreUnderTest, TestFramework } from './testing/contract/suite.ts';
export type { DiscoverOptions } from './testing/discover.ts';
export {
  expectOAuthError,
  type ExpectedOAuthError,
  type Refusable,
} from './testing/expect-oauth-error.ts';
export type { TestLog, TestLogEntry } from './testing/log.ts';
export {
  testLogin,
  type TestLogin,
  type TestLoginOptions,
  type TestSession,
} from './testing/login.ts';
export { RefusedError, type OAuthRefusal } from './testing/refused-error.ts';
export {
  knownClient,
  registerClient,
  type KnownClient,
  type RegisterOptions,
  type TestClient,
} from './testing/register-client.ts';
export {
  request,
  type AppUnderTest,
  type FormFields,
  type TestRequest,
  type TestResponse,
} from './testing/request.ts';
export { expectNoSecretsIn, noteSecret, type LogToSearch } from './testing/secrets.ts';
export {
  createTestServer,
  createTestSetup,
  type TestOptions,
  type TestServer,
  type TestSetup,
  type TestSetupSettings,
} from './testing/setup.ts';
export { refresh, revoke, tokens, type RefreshOptions, type Tokens } from './testing/tokens.ts';
