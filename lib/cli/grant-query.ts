/**
 * Which grants a command is about, and the search for them.
 *
 * @module
 */
import { isScopeToken } from '../protocol/scope.ts';
import type { FindGrantsDeps, GrantQuery } from '../services/find-grants.ts';
import { clientIdGiven } from './client-id.ts';
import { single, UsageError, type CommandOption, type Context, type Input } from './command.ts';
import type { Deployment } from './open-deployment.ts';

export const QUERY_OPTIONS = {
  grant: { type: 'string', value: 'grant_id', help: 'this one' },
  subject: { type: 'string', value: 'sub', help: 'of this person, as the login calls them' },
  client: { type: 'string', value: 'client_id', help: 'of this client' },
  scope: { type: 'string', value: 'scope', help: 'that have this scope' },
} as const satisfies Record<string, CommandOption>;

/** As `grants list` shows it; a token, pasted in its place, is not one. */
const GRANT_ID = /^[A-Za-z0-9_-]{22}$/;
const NO_GRANT_ID = '--grant is the id of one grant, 22 characters, as grants list shows it';

/** @throws {UsageError} When it is not said which, for nobody means all of them; for what is no id. */
export function queryOf(input: Input): GrantQuery {
  const [grantId, subject, clientId, scope] = Object.keys(QUERY_OPTIONS).map((option) => {
    const value = single(input, option, '');
    if (value === '' && input.texts(option).length > 0)
      throw new UsageError(`--${option} is empty`);
    return value === '' ? undefined : value;
  });
  if (grantId !== undefined && !GRANT_ID.test(grantId)) throw new UsageError(NO_GRANT_ID);
  if (scope !== undefined && !isScopeToken(scope)) throw new UsageError('--scope is one scope');
  const query = {
    ...(grantId !== undefined && { grantId }),
    ...(subject !== undefined && { subject }),
    ...(clientId !== undefined && { clientId: clientIdGiven(clientId) }),
    ...(scope !== undefined && { scope }),
  };
  if (Object.keys(query).length > 0) return query;
  throw new UsageError('say which grants: --grant, --subject, --client or --scope');
}

/** For the service that finds grants; the switches are those of this moment. */
export async function searchDeps({ options, store }: Deployment): Promise<FindGrantsDeps> {
  const { clientStates, grants } = store;
  const { revoked_before } = await store.switches.read();
  return { clientStates, grants, issuer: options.issuer, revokedBefore: () => revoked_before };
}

/** Goes through pages, and shows how far it has come. */
export async function withProgress<Page extends { looked: number; entries: number }>(
  { progress }: Pick<Context, 'progress'>,
  pages: AsyncIterable<Page>,
  onPage: (page: Page) => 'on' | 'enough',
): Promise<void> {
  let bar: ReturnType<Context['progress']> | undefined;
  try {
    for await (const page of pages) {
      bar ??= progress('Looking through what is stored', page.entries);
      bar.advance(page.looked);
      if (onPage(page) === 'enough') return;
    }
  } finally {
    bar?.end();
  }
}
