/**
 * An OpenID provider as its discovery document describes it, checked before anything else is asked.
 *
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationValidation
 * @module
 */
import {
  allowInsecureRequests,
  ClientError,
  Configuration,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  None,
} from 'openid-client';
import { namedAddressProblem } from './address.ts';
import { clientAuthenticationOf } from './client-authentication.ts';
import { PoisonedDiscoveryError } from './discovery.ts';
import { failureOf } from './failures.ts';
import { createGuardedFetch } from './guarded-fetch.ts';
import type { OidcLoginOptions, UpstreamRuntime } from './options.ts';
import { UpstreamUnavailableError } from './port.ts';

const REQUIRED = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const;
const OPTIONAL = ['userinfo_endpoint', 'revocation_endpoint'] as const;

const OTHER_ISSUER = 'the document is that of another issuer';
/** What the library says when it is not even the same URL. */
const ISSUER_DIFFERS = 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED';

/**
 * Fetches the document and makes a client of it.
 *
 * @throws {UpstreamUnavailableError} When it cannot be fetched, or must not be used; the cause says what is wrong.
 */
export async function fetchProvider(
  options: OidcLoginOptions,
  { deadlineMs }: Pick<UpstreamRuntime, 'deadlineMs'>,
): Promise<Configuration> {
  const issuer = new URL(options.issuer);
  const fetch = createGuardedFetch({
    problemWith: (address) => namedAddressProblem(address, issuer),
    deadlineMs,
  });
  const execute = issuer.protocol === 'http:' ? [allowInsecureRequests] : [];
  try {
    const found = await discovery(issuer, options.clientId, undefined, None(), {
      [customFetch]: fetch,
      execute,
    });
    const metadata = found.serverMetadata();
    requireSound(metadata, options.issuer, issuer);
    const config = new Configuration(
      usable(metadata),
      options.clientId,
      options.clientSecret,
      clientAuthenticationOf(options, metadata.token_endpoint_auth_methods_supported),
    );
    config[customFetch] = fetch;
    for (const extend of execute) extend(config);
    // The library would otherwise rely on TLS alone (OpenID Connect Core §3.1.3.7, point 6).
    enableNonRepudiationChecks(config);
    return config;
  } catch (error) {
    const poisoned = poisonedBy(error);
    if (!poisoned) throw failureOf(error, 'discovery');
    const options = { cause: poisoned };
    throw new UpstreamUnavailableError('the discovery document must not be used', options);
  }
}

function poisonedBy(error: unknown): PoisonedDiscoveryError | undefined {
  if (error instanceof PoisonedDiscoveryError) return error;
  const isIssuer = error instanceof ClientError && error.code === ISSUER_DIFFERS;
  return isIssuer ? new PoisonedDiscoveryError(OTHER_ISSUER) : undefined;
}

type Metadata = Readonly<Record<string, unknown>>;

/** The library compares issuers as URLs, and lets some of them be others than was asked for. */
function requireSound(metadata: object, configured: string, issuer: URL): void {
  const document = metadata as Metadata;
  if (document['issuer'] !== configured) {
    throw new PoisonedDiscoveryError(OTHER_ISSUER);
  }
  for (const name of REQUIRED) requireAddress(name, document[name], issuer);
  for (const name of OPTIONAL) {
    if (isThere(document[name])) requireAddress(name, document[name], issuer);
  }
}

function requireAddress(name: string, address: unknown, issuer: URL): void {
  const problem = namedAddressProblem(address, issuer);
  if (problem !== undefined) throw new PoisonedDiscoveryError(`${name} ${problem}`);
}

/** Some write `null` or nothing for an endpoint that they do not have. */
function isThere(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

/** Only what is used: the rest of the document was not checked. */
function usable(metadata: object): ConstructorParameters<typeof Configuration>[0] {
  const document = metadata as Metadata;
  const names = [
    'issuer',
    ...REQUIRED,
    ...OPTIONAL.filter((name) => isThere(document[name])),
    'id_token_signing_alg_values_supported',
    'userinfo_signing_alg_values_supported',
    'authorization_response_iss_parameter_supported',
  ];
  const members = names.map((name) => [name, document[name]] as const);
  const given = members.filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as ConstructorParameters<typeof Configuration>[0];
}
