/**
 * The endpoints: which there are, where each is, and what it is made of.
 *
 * @module
 */
import type { ObserveEndpoint } from '../operations/observer.ts';
import { authorizeHandlers, authorizePostHandlers, type AuthorizeDeps } from './authorize.ts';
import type { BearerDeps } from './bearer.ts';
import { callbackHandlers, namedCallbackHandlers, type CallbackDeps } from './callback.ts';
import type { Challenge } from './challenge.ts';
import { challengeCaller, challengeClient } from './client-credentials.ts';
import { consentDecisionHandlers, consentPageHandlers, type ConsentDeps } from './consent.ts';
import { jwksHandlers, type DocumentsDeps } from './documents.ts';
import type { DrainingDeps } from './draining.ts';
import type { Place } from './host-routes.ts';
import { introspectHandlers, type IntrospectDeps } from './introspect.ts';
import { loginHandlers, type LoginDeps } from './login.ts';
import {
  challengeManager,
  deleteHandlers,
  managementPath,
  readHandlers,
  updateHandlers,
  type ManageDeps,
} from './manage.ts';
import type { MountCheckDeps } from './mount-check.ts';
import { parHandlers, type ParDeps } from './par.ts';
import { callbackPath, type EndpointPaths } from './paths.ts';
import { challengeRegistrant, registerHandlers, type RegisterDeps } from './register.ts';
import { revokeHandlers, type RevokeDeps } from './revoke.ts';
import type { Handlers } from './chain.ts';
import { tokenHandlers, type TokenDeps } from './token.ts';
import { challengeBearer, userinfoHandlers, type UserinfoHttpDeps } from './userinfo.ts';

/** What is needed where identity providers are the login. */
export type ElsewhereHttpDeps = Pick<
  CallbackDeps & LoginDeps,
  | 'upstreams'
  | 'authorizations'
  | 'envelopes'
  | 'callbackUrl'
  | 'newStatePart'
  | 'newUpstreamSecret'
> &
  NonNullable<AuthorizeDeps['elsewhere']>;

export type RouterDeps = RegisterDeps &
  ManageDeps &
  AuthorizeDeps &
  ConsentDeps &
  ParDeps &
  TokenDeps &
  RevokeDeps &
  UserinfoHttpDeps &
  IntrospectDeps &
  Omit<BearerDeps, 'registry' | 'verify'> &
  DocumentsDeps &
  DrainingDeps &
  MountCheckDeps & {
    readonly clients: RegisterDeps['clients'] &
      ManageDeps['clients'] &
      ConsentDeps['clients'] &
      TokenDeps['clients'];
    readonly authorizations: AuthorizeDeps['authorizations'] &
      ConsentDeps['authorizations'] &
      CallbackDeps['authorizations'] &
      LoginDeps['authorizations'];
    readonly pushedRequests: AuthorizeDeps['pushedRequests'] & ParDeps['pushedRequests'];
    readonly consents: ConsentDeps['consents'] & TokenDeps['consents'];
    readonly paths: EndpointPaths;
    /** Absent when nobody wants to know how requests fare. */
    readonly observeEndpoint?: ObserveEndpoint | undefined;
    readonly elsewhere?: ElsewhereHttpDeps;
    readonly jwks: () => Promise<object>;
  };

/** One endpoint: its handlers by method, and what kind of answers it gives. */
export interface Endpoint {
  readonly path: string;
  readonly get?: Handlers;
  readonly post?: Handlers;
  readonly put?: Handlers;
  readonly delete?: Handlers;
  readonly kind: 'api' | 'page';
  /** What is done about errors before the answer. */
  readonly challenge?: Challenge;
  /** Answered from memory, whatever becomes of the store. */
  readonly isDocument?: true;
}

export function endpointsOf(deps: RouterDeps): Endpoint[] {
  const { paths } = deps;
  // Pages refuse by themselves, so they know whose refusal it is; what is thrown, the error handler tells.
  const at = (route: string): RouterDeps => ({ ...deps, route });
  return [
    {
      path: paths.register,
      post: registerHandlers(at(paths.register)),
      kind: 'api',
      challenge: challengeRegistrant,
    },
    {
      path: paths.authorize,
      get: authorizeHandlers(at(paths.authorize)),
      post: authorizePostHandlers(at(paths.authorize)),
      kind: 'page',
    },
    {
      path: paths.consent,
      get: consentPageHandlers(at(paths.consent)),
      post: consentDecisionHandlers(at(paths.consent)),
      kind: 'page',
    },
    ...(deps.elsewhere ? elsewhereEndpoints({ ...deps.elsewhere, ...deps }) : []),
    forClients({ path: paths.par, post: parHandlers(deps) }),
    forClients({ path: paths.token, post: tokenHandlers(deps) }),
    forClients({ path: paths.revoke, post: revokeHandlers(deps) }),
    ...(deps.metadata.userinfo_endpoint === undefined ? [] : [userinfoEndpoint(deps)]),
    ...(deps.metadata.introspection_endpoint === undefined ? [] : [introspectionEndpoint(deps)]),
    { path: paths.jwks, get: jwksHandlers(deps.jwks), kind: 'api', isDocument: true },
    {
      path: managementPath(paths.register),
      get: readHandlers(deps),
      put: updateHandlers(deps),
      delete: deleteHandlers(deps),
      kind: 'api',
      challenge: challengeManager,
    },
  ];
}

/** Where clients say who they are. */
function forClients(endpoint: Pick<Endpoint, 'path' | 'post'>): Endpoint {
  return { ...endpoint, kind: 'api', challenge: challengeClient };
}

function introspectionEndpoint(deps: RouterDeps): Endpoint {
  const { introspect: path } = deps.paths;
  return { path, post: introspectHandlers(deps), kind: 'api', challenge: challengeCaller };
}

function elsewhereEndpoints(deps: RouterDeps & ElsewhereHttpDeps): Endpoint[] {
  const { paths } = deps;
  const callback = { ...deps, route: paths.callback };
  return [
    { path: paths.login, get: loginHandlers({ ...deps, route: paths.login }), kind: 'page' },
    { path: paths.callback, get: callbackHandlers(callback), kind: 'page' },
    {
      path: callbackPath(paths, ':provider'),
      get: namedCallbackHandlers(callback),
      kind: 'page',
    },
  ];
}

/** Only where `openid` can be granted. */
function userinfoEndpoint(deps: RouterDeps): Endpoint {
  const { userinfo: path } = deps.paths;
  const handlers = userinfoHandlers(deps);
  return { path, get: handlers, post: handlers, kind: 'api', challenge: challengeBearer };
}

/** What a client may send there. */
export function methodsOf({ get, post, put, delete: remove, kind }: Endpoint): string[] {
  // The pages refuse HEAD by themselves, for theirs is a GET with consequences.
  const reading = kind === 'api' ? ['GET', 'HEAD'] : ['GET'];
  return [
    ...(get ? reading : []),
    ...(post ? ['POST'] : []),
    ...(put ? ['PUT'] : []),
    ...(remove ? ['DELETE'] : []),
  ];
}

export function placesOf(endpoint: Endpoint): Place[] {
  return methodsOf(endpoint).map((method) => ({
    method: method.toLowerCase(),
    path: endpoint.path,
  }));
}
