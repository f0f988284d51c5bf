/**
 * What the overview says of registration where not everybody may register: an operator who wonders why
 * nobody does reads it first.
 *
 * @module
 */
import type { RegistrationState } from '../services/clients.ts';
import type { Variables } from './explained-scopes.ts';
import { piece } from './page.ts';

interface NoticeView {
  readonly mode: RegistrationState['mode'];
  readonly variable: string;
  /** When an operator closed it, and why. */
  readonly closed: { readonly since: string; readonly reason: string } | undefined;
}

const notice: (data: NoticeView) => string =
  piece(`<% if (it.closed) { %><p class="warn" role="status">An operator has closed registration, at <%= it.closed.since %><% if (it.closed.reason) { %>: <bdi><%= it.closed.reason %></bdi><% } %>. No client can register or change its registration until <code>express-dcr registration open</code>.</p>
<% } else if (it.mode === 'off') { %><p class="warn" role="status">Registration is off: no client can register. Those that are known go on as before. <code><%= it.variable %>=off</code></p>
<% } else if (it.mode === 'token') { %><p class="quiet" role="status">Registration is for clients with an initial access token. <code><%= it.variable %>=token</code></p>
<% } %>`);

/** HTML; nothing where everybody may. */
export function registrationNotice(
  { mode, closed }: RegistrationState,
  { registration: variable = 'registration' }: Variables,
): string {
  const since = closed?.since.toISOString();
  return notice({
    ...{ mode, variable },
    closed: since === undefined ? undefined : { since, reason: closed?.reason ?? '' },
  });
}
