/**
 * Every code by which this package names what is wrong, with what it means in one line.
 *
 * A code stands for one kind of mistake or failure that somebody can do something about. It stays what
 * it is when its sentence is put better, so programs, searches and alerts may hold on to it.
 * docs/errors.md has an entry for each.
 *
 * @module
 */

/** What was set, and cannot be: problems of a `ConfigurationError`, found before anything starts. */
const CONFIGURATION = {
  ERR_DCR_ISSUER_MISSING: 'The issuer is not set.',
  ERR_DCR_ISSUER_INVALID: 'The issuer is not an address that a server can have.',
  ERR_DCR_LOGIN_MISSING: 'Nobody says who people are.',
  ERR_DCR_LOGIN_INVALID: 'The logins cannot be used together.',
  ERR_DCR_STORE_MISSING: 'In production there is no store that outlives the process.',
  ERR_DCR_REDIS_ADDRESS_INVALID: 'Redis is not named in a way that leads to one.',
  ERR_DCR_SECRET_MISSING: 'A store that is shared needs a secret that is shared.',
  ERR_DCR_SECRET_TOO_SHORT: 'A secret is short enough to be guessed.',
  ERR_DCR_SIGNING_KEYS_INVALID: 'The signing keys cannot be used.',
  ERR_DCR_OPTION_TYPE: 'An option holds something of another kind than it should.',
  ERR_DCR_OPTION_UNKNOWN: 'There is no option of that name.',
  ERR_DCR_OPTION_CHOICE: 'An option holds none of the words that it knows.',
  ERR_DCR_OPTION_WITHOUT_EFFECT: 'An option or a variable does nothing beside the others.',
  ERR_DCR_OPTION_CONFLICT: 'Two settings say the same thing, or opposite things.',
  ERR_DCR_DURATION_INVALID: 'A duration is not a positive number of whole seconds.',
  ERR_DCR_LIFETIME_CONFLICT: 'A lifetime does not fit to the others, or to the specification.',
  ERR_DCR_UNUSED_CLIENTS_INVALID: 'The room for unused clients is too small or too large.',
  ERR_DCR_SCOPE_MALFORMED: 'Something in a list of scopes is no scope.',
  ERR_DCR_SCOPE_REPEATED: 'A list of scopes holds one of them twice.',
  ERR_DCR_SCOPE_NOT_SUPPORTED: 'A scope is named that is not among the supported ones.',
  ERR_DCR_SCOPE_RESTRICTED: 'A scope is given to everybody that is restricted.',
  ERR_DCR_SCOPES_TOO_MANY: 'The baseline has more scopes than it may.',
  ERR_DCR_NO_SCOPE_LEFT: 'Every scope is restricted, so that no client can register one.',
  ERR_DCR_BASELINE_RULE_INVALID: 'A baseline rule cannot be read, or adds nothing.',
  ERR_DCR_SCOPE_DESCRIPTION_INVALID: 'The description of a scope is no text.',
  ERR_DCR_RESOURCE_INVALID: 'A resource is not an address that a token can be for.',
  ERR_DCR_RESOURCE_SERVER_INVALID: 'A resource server is not described rightly.',
  ERR_DCR_CONFIGURED_CLIENT_INVALID: 'A client of the configuration is not described rightly.',
  ERR_DCR_PATH_INVALID: 'The path of an endpoint is none, or is used twice.',
  ERR_DCR_PAGES_INVALID: 'The pages cannot look or speak as they are told to.',
  ERR_DCR_RATE_LIMIT_INVALID: 'A rate limit cannot be counted by.',
  ERR_DCR_INITIAL_ACCESS_TOKEN_MISSING: 'Registration needs a token, and there is none.',
  ERR_DCR_INITIAL_ACCESS_TOKEN_INVALID: 'An initial access token is weak, or there twice.',
  ERR_DCR_REDIRECT_URI_NOT_ACCEPTABLE: 'A redirect URI is named that no client may register.',
  ERR_DCR_REDIRECT_HOST_INVALID: 'The list of hosts that redirects may lead to is wrong.',
  ERR_DCR_METADATA_DOCUMENTS_INVALID: 'Whose metadata documents count is not said rightly.',
  ERR_DCR_VARIABLE_UNKNOWN: 'A variable begins with DCR_ and nobody knows it.',
  ERR_DCR_VARIABLE_INVALID: 'The value of a variable cannot be read.',
  ERR_DCR_FILE_NOT_READABLE: 'A variable names a file that cannot be read, or is empty.',
} as const;

/** What is thrown. */
const THROWN = {
  ERR_DCR_CONFIGURATION: 'The server cannot start with this configuration.',
  ERR_DCR_UPSTREAM_OPTIONS: 'A login at an identity provider cannot be made of these options.',
  ERR_DCR_RESOURCE_OPTIONS: 'An API in another process cannot be protected with these options.',
  ERR_DCR_INVALID_ARGUMENT:
    'A function of this package was called with something else than it takes.',
  ERR_DCR_RESOURCE_AMBIGUOUS: 'A route does not say which of several resources it is.',
  ERR_DCR_RESOURCE_TOO_LATE: 'A route names a resource after requests were answered.',
  ERR_DCR_HOST_RESULT: 'A function of the app returned something else than it should.',
  ERR_DCR_STORE_UNAVAILABLE: 'The store does not answer, or holds what nobody can read.',
  ERR_DCR_UPSTREAM_UNAVAILABLE: 'The identity provider does not answer, or not usably.',
  ERR_DCR_REGISTRATION_REFUSED: 'The app refuses a registration.',
} as const;

/** What is worth a warning at the start: fine for trying out only. */
const AT_START = {
  ERR_DCR_MEMORY_ONLY: 'Clients and logins are lost with the process.',
  ERR_DCR_SECRETS_MADE: 'Tokens are worth nothing after a restart.',
  ERR_DCR_REGISTRATION_UNLIMITED: 'Everybody may register as often as they like.',
  ERR_DCR_FLOOD_FILLS_STORE: 'A flood of registrations would keep newcomers out.',
  ERR_DCR_BASELINE_FOR_DOCUMENTS: 'Whoever publishes a metadata document gets the baseline.',
  ERR_DCR_ISSUER_NOT_HTTPS: 'The issuer is http, which is for development only.',
  ERR_DCR_NO_REFRESH_TOKENS: 'No client will get a refresh token.',
} as const;

/** What is in the log of a server that runs, at `warn` or `error`. */
const IN_SERVICE = {
  ERR_DCR_REQUEST_FAILED: 'A request was answered with an error of ours.',
  ERR_DCR_MOUNT_PATH: 'The router is not where the issuer says.',
  ERR_DCR_WELL_KNOWN_PATH: 'The documents by which clients find the server are below a path.',
  ERR_DCR_WELL_KNOWN_MISSING:
    'Nothing in the app answers the documents by which clients find the server.',
  ERR_DCR_MOUNTED_TWICE: 'The router is mounted more than once.',
  ERR_DCR_ROUTE_COLLISION: 'A route of the app has the address of an endpoint or a document.',
  ERR_DCR_ORIGIN_PROTOCOL: 'People come over https, and the app does not know it.',
  ERR_DCR_ORIGIN_HOST: 'People come under another name than that of the issuer.',
  ERR_DCR_BODY_CONSUMED: 'Something in the app took the body of a request away.',
  ERR_DCR_ISSUER_KEYS: 'An API in another process cannot have the keys of its issuer.',
  ERR_DCR_TRUST_PROXY_OFF: 'There seems to be a proxy in front that the app does not know of.',
  ERR_DCR_TRUST_PROXY_ALL: 'Every caller can choose its address.',
  ERR_DCR_TOTAL_LIMIT_REACHED: 'The limit for all callers together is reached.',
  ERR_DCR_TOKEN_USE_NOT_RETURNED: 'An initial access token is good for one client less.',
  ERR_DCR_CONSENT_NOT_FORGOTTEN: 'A consent is remembered that should not be.',
  ERR_DCR_UPSTREAM_NOT_REFRESHED: 'The tokens of an identity provider could not be renewed.',
  ERR_DCR_UPSTREAM_NOT_KEPT: 'The new tokens of an identity provider could not be kept.',
  ERR_DCR_UPSTREAM_NOT_REVOKED: 'The tokens of an identity provider could not be given back.',
  ERR_DCR_BASELINE_FUNCTION_FAILED: 'The option baseline() failed, so that it adds nothing.',
  ERR_DCR_ON_EVENT_FAILED: 'The option onEvent() failed.',
  ERR_DCR_PAGE_RENDERER_FAILED: 'The option pages.render() failed, so that our page is shown.',
  ERR_DCR_ADMIN_AUTHORIZE_FAILED: 'The option authorize() of the operator pages failed.',
  ERR_DCR_ADMIN_PAGE_FAILED: 'A page of the operator failed.',
  ERR_DCR_TELEMETRY_FAILED: 'OpenTelemetry is there and cannot be used.',
  ERR_DCR_STORE_CONNECTION_LOST: 'The connection to Redis is gone.',
  ERR_DCR_STORE_SERVER_LOST: 'The connection to one server of the Cluster is gone.',
  ERR_DCR_RECORD_NOT_USABLE: 'Redis holds a record that nobody can read.',
  ERR_DCR_STORE_OF_ANOTHER_ISSUER: 'The store belongs to another issuer.',
  ERR_DCR_KEYS_NOT_OPENED: 'The signing keys in the store do not open.',
  ERR_DCR_KEYS_NOT_LOOKED_AT: 'The signing keys could not be compared with the store.',
  ERR_DCR_KEYS_PUT_BACK: 'The store had lost the signing keys.',
} as const;

/** Conditions of `health()`, and of the store as `check` sees it, that are not as they should be. */
const HEALTH = {
  ERR_DCR_HEALTH_STORE: 'The store does not answer, not everywhere, or is a replica.',
  ERR_DCR_HEALTH_WRITES: 'Redis refuses to write.',
  ERR_DCR_HEALTH_PERMISSIONS: 'The Redis user may not do all that is needed.',
  ERR_DCR_HEALTH_EVICTION: 'Redis throws clients and logins away when it is full.',
  ERR_DCR_HEALTH_PERSISTENCE: 'A restart of the store loses what is in it.',
  ERR_DCR_HEALTH_MEMORY: 'Redis is nearly full.',
  ERR_DCR_HEALTH_VERSION: 'Redis is too old.',
  ERR_DCR_HEALTH_CLOCK: 'The clocks of this instance and of the store differ.',
  ERR_DCR_HEALTH_KEYS: 'There are no signing keys to sign with.',
  ERR_DCR_SECRET_OUT_OF_STEP: 'The secret is not the one of the servers that run.',
  ERR_DCR_HEALTH_SERVING: 'The instance is going out of service.',
  ERR_DCR_HEALTH_OTHER: 'Something that a store of your own says of itself.',
} as const;

/** Each code and its meaning. */
export const CODES = { ...CONFIGURATION, ...THROWN, ...AT_START, ...IN_SERVICE, ...HEALTH };

/** A code of this package. */
export type DiagnosticCode = keyof typeof CODES;
