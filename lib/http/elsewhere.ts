/**
 * Identity providers as the login port: nobody is known before the browser has been there, and the
 * way to log in leads over this server's own login endpoint.
 *
 * @module
 */
import type { LoginPort } from '../login/port.ts';
import { Parameters } from '../protocol/parameters.ts';
import type { Upstreams } from '../services/choose-upstream.ts';
import { upstreamOf } from '../services/upstream-person.ts';
import { parseConsentQuery } from './consent-url.ts';
import { loginUrl, type LoginLocation } from './login-url.ts';

export interface ElsewhereDeps extends LoginLocation {
  readonly upstreams: Upstreams;
}

export function loginElsewhere(deps: ElsewhereDeps): LoginPort {
  return {
    person: async () => undefined,
    loginUrl({ return_to }) {
      const [, query = ''] = return_to.split('?', 2);
      const handle = parseConsentQuery(Parameters.fromEncoded(query));
      if (!handle) throw new TypeError('return_to must be the address of a consent page');
      return loginUrl(deps, handle);
    },
    async isActive(subject) {
      const origin = upstreamOf(subject);
      // Nobody is there any more who could vouch for them.
      if (!origin) return false;
      const upstream = deps.upstreams.get(origin.name);
      // It may be one that other instances know already: to say no would end the grant for good.
      if (!upstream) throw new Error('the login is not one of this server');
      return (await upstream.isActive?.(origin.sub)) ?? true;
    },
  };
}
