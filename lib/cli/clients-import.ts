/**
 * `clients import`: takes over the clients that another server has registered.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { decidingOf } from '../options/environment-settings.ts';
import { importClient, type ImportClientDeps } from '../services/import-client.ts';
import { AUDIT_OPTION } from './audit.ts';
import {
  CommandError,
  JSON_OPTION,
  UsageError,
  type Command,
  type Context,
  type Input,
} from './command.ts';
import { aligned } from './table.ts';
import { readRecords, type ReadRecord } from './import-file.ts';
import { asciiJson } from './visible.ts';

/** What became of one record of the file. */
interface Row {
  /** In the file: its line, or its place in the list. */
  readonly line: number;
  readonly outcome: 'imported' | 'present' | 'refused';
  readonly client_id?: string;
  readonly reason?: string;
  readonly notes?: readonly string[];
}

export const clientsImport: Command = {
  name: 'clients import',
  summary: 'Take over clients that another server has registered',
  operands: '<file>',
  options: {
    'dry-run': { type: 'boolean', help: 'say what would become of each, and keep nothing' },
    audit: AUDIT_OPTION,
    json: JSON_OPTION,
  },
  notes: [
    'The file holds client information as that server answered it (RFC 7591), one JSON object a line or',
    'a JSON list of them; - stands for standard input. Each is decided about as if it registered now.',
    'It keeps its client_id, and of its client_secret a digest. What is there already stays as it is,',
    'so that a run that was interrupted is simply repeated.',
  ],
  async run(input, context) {
    const [path, ...others] = input.operands;
    if (path === undefined || others.length > 0) {
      throw new UsageError('clients import takes one file');
    }
    const records = readRecords(contentsOf(path));
    const isTrial = input.flag('dry-run');
    const rows: Row[] = [];
    const report = (): void => {
      if (input.flag('json')) context.answer(asciiJson(rows));
      else tell(context, rows, isTrial);
    };
    try {
      await importAll(context, input, records, rows);
    } catch (error) {
      // What was done is done, also when the store goes away on the way.
      if (rows.length > 0) report();
      throw error;
    }
    report();
    const count = (outcome: Row['outcome']): number =>
      rows.filter((row) => row.outcome === outcome).length;
    const refused = count('refused');
    const sums = `${String(count('imported'))} ${isTrial ? 'would be imported' : 'imported'}, ${String(count('present'))} there already, ${String(refused)} refused`;
    if (refused > 0) throw new CommandError(`${sums}.`);
    context.explain(`${sums}.`);
  },
};

function contentsOf(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    const { code } = Object(error) as { code?: unknown };
    throw new CommandError(`the file cannot be read (${String(code)})`);
  }
}

async function importAll(
  context: Context,
  input: Input,
  records: readonly ReadRecord[],
  rows: Row[],
): Promise<void> {
  const isTrial = input.flag('dry-run');
  const deps = { ...(await depsOf(context)), emit: context.audit(input.flag('audit')) };
  const lines = new Map<string, number>();
  const progress = context.progress('Importing', records.length);
  try {
    for (const { line, body } of records) {
      rows.push(await rowOf(deps, { line, body }, isTrial, lines));
      progress.advance(1);
    }
  } finally {
    progress.end();
  }
}

async function depsOf({ deployment }: Context): Promise<Omit<ImportClientDeps, 'emit'>> {
  const { options, store } = await deployment();
  const { settings, registrationPolicy, scopePolicy } = decidingOf({ ...options, store });
  const { provisionedClients, resourceServers, clientIdleTtlSeconds } = settings;
  return {
    registrationPolicy,
    scopePolicy,
    clients: store.clients,
    clientIdleTtlMs: clientIdleTtlSeconds * 1000,
    isTaken: (client_id) => provisionedClients.has(client_id) || resourceServers.has(client_id),
    storeNow: () => store.now(),
  };
}

async function rowOf(
  deps: ImportClientDeps,
  { line, body }: ReadRecord,
  isTrial: boolean,
  lines: Map<string, number>,
): Promise<Row> {
  if (body === undefined) return { line, outcome: 'refused', reason: 'it is not JSON' };
  const { client_id } = Object(body) as { client_id?: unknown };
  const before = typeof client_id === 'string' ? lines.get(client_id) : undefined;
  if (before !== undefined) {
    const reason = `it has the same client_id as ${String(before)}`;
    return { line, outcome: 'refused', reason };
  }
  if (typeof client_id === 'string') lines.set(client_id, line);
  return { line, ...(await importClient(deps, body, { isTrial })) };
}

function tell({ answer, paint }: Context, rows: readonly Row[], isTrial: boolean): void {
  const words = {
    imported: isTrial ? 'would be imported' : 'imported',
    present: 'there already',
    refused: 'refused',
  };
  const told = rows.map(({ line, outcome, client_id = '-', reason, notes = [] }) => [
    String(line),
    words[outcome],
    client_id,
    reason ?? notes.join('; '),
  ]);
  for (const [i, text] of aligned(told, '').entries()) {
    answer(rows[i]?.outcome === 'refused' ? paint('red', text) : text);
  }
}
