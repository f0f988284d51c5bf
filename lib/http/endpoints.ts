/**
 * The endpoints: which there are, where each is, and what it is made of.
 *
 * @module
 */
import type { ObserveEndpoint } from '../operations/observer.ts';
import { authorizeHandlers, authorizePostHandlers, type AuthorizeDeps } from './authorize.ts';
import type { BearerDeps } from './bearer.ts';
import { callbackHandlers, type CallbackDeps } from './callback.ts';
import { consentDecisionHandlers, consentPageHandlers, type ConsentDeps } from './consent.ts';
import { jwksHandlers, type DocumentsDeps } from './documents.ts';
import type { DrainingDeps } from './draining.ts';
import type { Place } from './host-routes.ts';
import { introspectHandlers, type IntrospectDeps } from './introspect.ts';
import { loginHandlers, type LoginDeps } from './login.ts';
import {
  deleteHandlers,
  managementPath,
  readHandlers,
  updateHandlers,
  type ManageDeps,
} from './manage.ts';
import type { MountCheckDeps } from './mount-check.ts';
import { parHandlers, type ParDeps } from './par.ts';
import { callbackPath, type EndpointPaths } from './paths.ts';
import { registerHandlers, type RegisterDeps } from './register.ts';
import { revokeHandlers, type RevokeDeps } from './revoke.ts';
import type { Handlers } from './step.ts';
import { tokenHandlers, type TokenDeps } from './token.ts';
import { userinfoHandlers, type UserinfoHttpDeps } from './userinfo.ts';

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
  /** Answered from memory, whatever becomes of the store. */
  readonly isDocument?: true;
}

export function endpointsOf(deps: RouterDeps): Endpoint[] {
  const { paths } = deps;
  // Pages refuse by themselves, so they know whose refusal it is; what is thrown, the error handler tells.
  const at = (route: string): RouterDeps => ({ ...deps, route });
  return [
    { path: paths.register, post: registerHandlers(at(paths.register)), kind: 'api' },
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
    { path: paths.par, post: parHandlers(deps), kind: 'api' },
    { path: paths.token, post: tokenHandlers(deps), kind: 'api' },
    { path: paths.revoke, post: revokeHandlers(deps), kind: 'api' },
    ...(deps.metadata.userinfo_endpoint === undefined ? [] : [userinfoEndpoint(deps)]),
    ...(deps.metadata.introspection_endpoint === undefined
      ? []
      : [{ path: paths.introspect, post: introspectHandlers(deps), kind: 'api' as const }]),
    { path: paths.jwks, get: jwksHandlers(deps.jwks), kind: 'api', isDocument: true },
    // Last, for the path of another endpoint may look like one of its own.
    {
      path: managementPath(paths.register),
      get: readHandlers(deps),
      put: updateHandlers(deps),
      delete: deleteHandlers(deps),
      kind: 'api',
    },
  ];
}

function elsewhereEndpoints(deps: RouterDeps & ElsewhereHttpDeps): Endpoint[] {
  const { paths } = deps;
  const callback = { ...deps, route: paths.callback };
  return [
    { path: paths.login, get: loginHandlers({ ...deps, route: paths.login }), kind: 'page' },
    { path: paths.callback, get: callbackHandlers(callback), kind: 'page' },
    { path: callbackPath(paths, ':provider'), get: callbackHandlers(callback), kind: 'page' },
  ];
}

/** Only where `openid` can be granted. */
function userinfoEndpoint(deps: RouterDeps): Endpoint {
  const handlers = userinfoHandlers(deps);
  return { path: deps.paths.userinfo, get: handlers, post: handlers, kind: 'api' };
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
