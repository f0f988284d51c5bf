/**
 * `reconcile`: writes the notes on clients anew, by the policy of the environment.
 *
 * @module
 */
import type { RegisteredScope } from '../protocol/scope.ts';
import { reconcileClients, type ReconciledClient } from '../services/reconcile-clients.ts';
import { ReconcileTally, type ReconcileReport } from '../services/reconcile-report.ts';
import { CommandError, JSON_OPTION, type Command, type Context } from './command.ts';
import { table } from './table.ts';
import { asciiJson, visible } from './visible.ts';

/** As many fit on a screen; the rest is for who reads JSON. */
const MAX_SHOWN = 20;

export const reconcile: Command = {
  name: 'reconcile',
  summary: 'Write the notes of what clients were answered anew, by the policy of now',
  options: {
    'dry-run': { type: 'boolean', help: 'only tell what would change' },
    json: {
      type: 'boolean',
      help: `${JSON_OPTION.help}: a line for each client, one for the whole`,
    },
  },
  notes: [
    'With DCR_RECONCILE=off the note is what a client may ask for; otherwise it is for reports alone.',
    'It can be interrupted, run again, and run beside traffic. Run it when the last instance with the old policy is gone.',
    "What the app's own function added to the baseline stays as it is noted: a command cannot ask it.",
  ],
  async run(input, context) {
    const dryRun = input.flag('dry-run');
    const isJson = input.flag('json');
    const { scopePolicy, store } = await context.deployment();
    const deps = { clients: store.clients, scopePolicy, storeNow: () => store.now() };
    const { unused, used } = await store.clients.count();
    const progress = context.progress('clients', unused + used);
    const tally = new ReconcileTally();
    const shown: ReconciledClient[] = [];
    try {
      for await (const page of reconcileClients(deps, { dryRun, keepsHook: true })) {
        tally.add(page);
        if (isJson) for (const client of page.clients) context.answer(asciiJson(client));
        else shown.push(...page.clients.slice(0, MAX_SHOWN - shown.length));
        progress.advance(page.examined);
      }
    } finally {
      progress.end();
    }
    const report = tally.report();
    if (isJson) context.answer(asciiJson({ dryRun, ...report }));
    else tell(context, report, { dryRun, shown });
    if (report.contested > 0) {
      throw new CommandError(`${clients(report.contested)} changed at every look: run it again`);
    }
  },
};

function tell(
  context: Pick<Context, 'answer' | 'explain' | 'paint'>,
  report: ReconcileReport,
  { dryRun, shown }: { readonly dryRun: boolean; readonly shown: readonly ReconciledClient[] },
): void {
  const { answer, explain } = context;
  const { examined, changed, refreshed, contested, scopes } = report;
  if (scopes.length > 0) {
    const counts = scopes.map(({ scope, added, removed }) => [
      visible(scope),
      plus(added),
      minus(removed),
    ]);
    table(context, ['SCOPE', 'ADDED', 'REMOVED'], counts);
    answer('');
  }
  if (shown.length > 0) {
    table(context, ['CLIENT', 'ADDED', 'REMOVED'], shown.map(rowOf));
    const more = changed + refreshed + contested - shown.length;
    if (more > 0) answer(`and ${clients(more)} more: --json has all of them`);
  }
  const written = changed + refreshed;
  if (written === 0) {
    explain(`Looked at ${clients(examined)}. Every note is what the policy comes to.`);
    return;
  }
  const done = dryRun ? 'Nothing was written. Anew would be' : 'Anew are';
  explain(
    `Looked at ${clients(examined)}. ${done} ${String(written)} of their notes: ${String(changed)} with other scopes, ${String(refreshed)} with the same ones for other reasons.`,
  );
}

function rowOf({ client_id, added, removed }: ReconciledClient): string[] {
  return [client_id, listed(added), listed(removed)];
}

/** A dash: none. */
function listed(scopes: readonly RegisteredScope[]): string {
  return scopes.map(({ scope }) => visible(scope)).join(' ') || '-';
}

function plus(count: number): string {
  return count > 0 ? `+${String(count)}` : '-';
}

function minus(count: number): string {
  return count > 0 ? `-${String(count)}` : '-';
}

function clients(count: number): string {
  return count === 1 ? '1 client' : `${String(count)} clients`;
}
