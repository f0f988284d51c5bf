/**
 * `check`: whether a server would start with this environment, and what it would do.
 *
 * @module
 */
import { conditionCode, codedCondition } from '../operations/condition-codes.ts';
import { readEnvironment, type EnvironmentOptions, type ReadEnvironment } from '../env.ts';
import { storeOptionsFromEnv } from '../env/store.ts';
import type { Environment } from '../env/values.ts';
import { readOn, type ConfigurationProblem } from '../options/configuration-error.ts';
import { decidingOf } from '../options/environment-settings.ts';
import { startWarnings } from '../options/start-warnings.ts';
import { effectivePolicy } from '../services/effective-policy.ts';
import { explainMetadata, type MetadataExplanation } from '../services/explain-metadata.ts';
import { problemText, reportLines, type CheckReport } from './check-report.ts';
import { checkStore, type StoreReport } from './check-store.ts';
import { readClientFile, type ReadClientFile, type UnreadableFile } from './client-file.ts';
import { CommandError, JSON_OPTION, type Command, type Context } from './command.ts';
import { unmetNeeds } from './known-needs.ts';
import { shutOut } from './shut-out.ts';
import { asciiJson } from './visible.ts';

export const check: Command = {
  name: 'check',
  summary: 'Say whether a server would start with this environment, and what it would do',
  options: {
    client: {
      type: 'string',
      value: 'file',
      help: 'also say what a client with this metadata would be registered with',
    },
    offline: { type: 'boolean', help: 'leave the store alone' },
    json: JSON_OPTION,
  },
  notes: [
    'Nothing is written. Run it before a deployment, with the environment of the server: it fails where',
    'the server would not start, or would have to refuse what the servers that run have made.',
    'It fails too when the client of --client would be refused; --client can be given several times.',
    "What the app sets in its own code is not known here. With a store of the app's own: --offline.",
  ],
  async run(input, context) {
    const files = input.texts('client').map(readClientFile);
    const unreadable = files.filter((file) => 'why' in file);
    const { read, problems } = readingOf(context);
    const store = input.flag('offline') ? undefined : await storeOf(context, read, problems);
    const failing = store?.conditions.filter(({ status }) => status === 'fail') ?? [];
    for (const condition of failing) {
      const { message } = condition;
      problems.push({ option: 'store', code: conditionCode(condition), message });
    }
    if (!read || problems.length > 0) {
      if (input.flag('json')) {
        context.answer(asciiJson({ ok: false, problems, ...unreadableJson(unreadable) }));
      }
      const lines = [...problems.map(problemText), ...unreadable.map(unreadableText)];
      throw new CommandError([...lines, readOn(problems)].join('\n'));
    }
    const bodies = files.filter((file) => 'body' in file);
    const report = await reportOf(read, store, bodies);
    if (input.flag('json')) context.answer(asciiJson(jsonOf(report, unreadable)));
    else for (const line of reportLines(report, context.paint)) context.answer(line);
    const refused = report.clients.filter(({ result }) => result.outcome === 'refused');
    const wrong = [
      ...unreadable.map(unreadableText),
      ...(refused.length > 0 ? [`refused: ${refused.map(({ path }) => path).join(', ')}`] : []),
    ];
    if (wrong.length > 0) throw new CommandError(wrong.join('\n'));
  },
};

interface Reading {
  readonly read?: ReadEnvironment;
  readonly problems: ConfigurationProblem[];
}

function readingOf({ env }: Context): Reading {
  try {
    return { read: readEnvironment(env), problems: [] };
  } catch (error) {
    return { problems: problemsIn(error) };
  }
}

/** Whatever is wrong with the rest, the store can be looked at when it is named rightly. */
async function storeOf(
  context: Context,
  read: ReadEnvironment | undefined,
  problems: ConfigurationProblem[],
): Promise<StoreReport | undefined> {
  const { env, now } = context;
  try {
    if (!storeOptionsFromEnv(env)) {
      if (!mayBeMemory(env)) problems.push(NO_STORE);
      return undefined;
    }
    const { issuer, secret = [] } = read?.options ?? {};
    return await checkStore(context.store(), { issuer, secrets: [secret].flat(), now });
  } catch (error) {
    const found = problemsIn(error);
    // What is wrong with its variables is known already.
    problems.push(
      ...found.filter(({ variable }) => !problems.some((p) => p.variable === variable)),
    );
    return undefined;
  }
}

/** Known also where the rest is wrong, so that all of it is said at once. */
function mayBeMemory({ NODE_ENV, DCR_ALLOW_MEMORY_STORE: word }: Environment): boolean {
  return NODE_ENV === 'production' ? word === 'true' : word !== 'false';
}

const NO_STORE: ConfigurationProblem = {
  option: 'store',
  variable: 'DCR_REDIS_URL',
  code: 'ERR_DCR_STORE_MISSING',
  message:
    'is required in production, unless the app passes a store of its own (then --offline), or DCR_ALLOW_MEMORY_STORE=true accepts that every restart loses all clients and logins',
};

function problemsIn(error: unknown): ConfigurationProblem[] {
  const { code, message, problems } = Object(error) as {
    readonly code?: unknown;
    readonly message: string;
    readonly problems?: readonly ConfigurationProblem[];
  };
  if (code === 'ERR_DCR_CONFIGURATION') return [...(problems ?? [])];
  if (code === 'ERR_DCR_STORE_UNAVAILABLE') return [{ option: 'store', code, message }];
  throw error;
}

async function reportOf(
  { options, redis }: ReadEnvironment,
  store: StoreReport | undefined,
  bodies: readonly ReadClientFile[],
): Promise<CheckReport> {
  const inEffect: EnvironmentOptions = redis ? { ...options, store: SHARED } : options;
  const deciding = decidingOf(inEffect);
  const { settings } = deciding;
  const documents = settings.clientIdMetadataDocuments;
  const explaining = {
    ...deciding,
    registration: settings.registration,
    documentHosts: documents === false ? undefined : documents.hosts,
  };
  const clients: { path: string; result: MetadataExplanation }[] = [];
  for (const { path, body } of bodies) {
    clients.push({ path, result: await explainMetadata(explaining, body) });
  }
  return {
    deciding,
    ...(store && { store }),
    warnings: startWarnings(deciding.settings, deciding.scopePolicy),
    shutOut: await shutOut(inEffect),
    needs: unmetNeeds(inEffect, deciding),
    clients,
  };
}

/** Stands for the store of the environment, of which the settings only ask whether it is shared. */
const SHARED = { shared: true } as EnvironmentOptions['store'] & object;

function unreadableText({ path, why }: UnreadableFile): string {
  return `--client: the file ${path} ${why}`;
}

function unreadableJson(unreadable: readonly UnreadableFile[]): object {
  return { unreadable: unreadable.map(({ path, why }) => ({ file: path, why })) };
}

function jsonOf(
  { deciding, store, clients, ...found }: CheckReport,
  unreadable: readonly UnreadableFile[],
): object {
  return {
    ok: unreadable.length === 0 && clients.every(({ result }) => result.outcome === 'accepted'),
    problems: [],
    policy: effectivePolicy(deciding),
    store: store ? { ...store, conditions: store.conditions.map(codedCondition) } : null,
    ...found,
    clients: clients.map(({ path, result }) => ({ file: path, ...result })),
    ...unreadableJson(unreadable),
  };
}
