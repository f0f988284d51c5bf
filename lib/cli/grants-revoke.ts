/**
 * `grants revoke`: ends what people have given to apps.
 *
 * @module
 */
import type { Emit } from '../operations/audit.ts';
import { endClientGrants } from '../services/decide-on-client.ts';
import type { GrantQuery } from '../services/find-grants.ts';
import { revokeGrants } from '../services/revoke-grants.ts';
import { AUDIT_OPTION } from './audit.ts';
import { CommandError, JSON_OPTION, type Command, type Context } from './command.ts';
import { upstreamRevoker } from './deployed-logins.ts';
import { queryOf, QUERY_OPTIONS, searchDeps, withProgress } from './grant-query.ts';
import { incidentDeps, strangeness } from './incident.ts';
import type { Deployment } from './open-deployment.ts';
import { asciiJson, visible } from './visible.ts';

export const grantsRevoke: Command = {
  name: 'grants revoke',
  summary: 'End what people have given to apps',
  options: { ...QUERY_OPTIONS, audit: AUDIT_OPTION, json: JSON_OPTION },
  notes: [
    'Of several options each must fit. --client alone ends all that the client was given, in one moment.',
    '--grant ends one, and fails where there is none, or where it does not fit the others.',
    '--scope without --subject looks through everything that is stored, and ends one grant after the',
    'other; the user of Redis must then be allowed to SCAN and DBSIZE, too. Take the scope out of',
    'DCR_SCOPES_SUPPORTED or DCR_BASELINE_SCOPES first, or people give it again.',
    'What was remembered of consents ends with the grants, with --subject alone also where no grant is',
    'left. Access tokens that are out last until their end where nobody asks about them. Tokens of',
    'identity providers are revoked there too, but not with --client alone: then the server does it,',
    'should the client come back to refresh.',
  ],
  async run(input, context) {
    const query = queryOf(input);
    const opened = await context.deployment();
    const emit = context.audit(input.flag('audit'));
    const { clientId } = query;
    if (clientId !== undefined && Object.keys(query).length === 1) {
      const done = await endAll(opened, clientId, { ...context, emit });
      if (input.flag('json')) context.answer(asciiJson(done));
      return;
    }
    const revoked = await endEach(opened, query, { ...context, emit });
    if (input.flag('json')) context.answer(asciiJson({ revoked }));
    if (revoked === 0 && query.grantId !== undefined) throw new CommandError(NO_SUCH_GRANT);
    const ended = revoked === 1 ? '1 grant is' : `${String(revoked)} grants are`;
    context.explain(revoked === 0 ? 'There are none.' : `${ended} revoked.`);
  },
};

const NO_SUCH_GRANT = 'there is no such grant: it never was, is over, or does not fit the others';

type Ending = Context & { readonly emit: Emit };

async function endAll(
  opened: Deployment,
  client_id: string,
  { explain, emit }: Ending,
): Promise<object> {
  await endClientGrants(incidentDeps(opened, emit), client_id);
  const strange = await strangeness(opened, client_id);
  explain(
    `All that client ${visible(client_id)} was given until now is over.${strange ? ` Mind: ${strange}` : ''}`,
  );
  return { client_id, known: strange === undefined };
}

async function endEach(opened: Deployment, query: GrantQuery, context: Ending): Promise<number> {
  const newRequestId = (): string => context.randomBytes(16).toString('base64url');
  const deps = {
    ...(await searchDeps(opened)),
    grants: opened.store.grants,
    consents: opened.store.consents,
    newRequestId,
    emit: context.emit,
    revokeUpstream: upstreamRevoker(opened, context),
  };
  let revoked = 0;
  await withProgress(context, revokeGrants(deps, query), (page) => {
    revoked += page.revoked;
    return 'on';
  });
  return revoked;
}
