/**
 * The list of variables for operators, docs/environment.md, from what defines them.
 *
 * @module
 */
import { CLIENT_VARIABLES } from '../../lib/env/client-variables.ts';
import { LIFETIME_VARIABLES, RATE_LIMIT_VARIABLES } from '../../lib/env/limit-variables.ts';
import { DETAILS, PLACES, TLS_FILES } from '../../lib/env/redis-variables.ts';
import { SCOPE_VARIABLES } from '../../lib/env/scope-variables.ts';
import { SERVER_VARIABLES } from '../../lib/env/server-variables.ts';
import { COMMON, FILE, ISSUER, OAUTH2 } from '../../lib/env/upstream-variables.ts';
import { namesOf } from '../../lib/env/values.ts';
import type { DocumentedVariable, OptionVariable } from '../../lib/env/variable.ts';
import { DEFAULTS } from '../../lib/options/options.ts';

type Described = DocumentedVariable & Partial<Pick<OptionVariable, 'member'>> & { option?: string };

interface Section {
  readonly title: string;
  readonly guide: string;
  readonly variables: readonly Described[];
}

/** In the order of the page. */
export const SECTIONS: readonly Section[] = [
  {
    title: 'The server',
    guide: '[First start](operators.md#first-start), [secrets](operators.md#secrets)',
    variables: SERVER_VARIABLES,
  },
  {
    title: 'Scopes',
    guide: '[The baseline](operators.md#the-baseline)',
    variables: SCOPE_VARIABLES,
  },
  {
    title: 'Clients',
    guide: '[Which client needs which setting](operators.md#which-client-needs-which-setting)',
    variables: CLIENT_VARIABLES,
  },
  {
    title: 'Where people log in',
    guide: '[Login at an identity provider](operators.md#login-at-an-identity-provider)',
    variables: [ISSUER, ...COMMON, ...OAUTH2, FILE],
  },
  {
    title: 'Redis',
    guide: '[Redis](redis.md)',
    variables: [...PLACES, ...DETAILS, ...TLS_FILES],
  },
  {
    title: 'Lifetimes',
    guide: '[Lifetimes and limits](operators.md#lifetimes-and-limits)',
    variables: LIFETIME_VARIABLES,
  },
  {
    title: 'Rate limits',
    guide: '[Rate limits](operators.md#rate-limits)',
    variables: RATE_LIMIT_VARIABLES,
  },
];

/** How a value is written, by what reads it. */
const FORMS: Readonly<Record<string, string>> = {
  text: 'text',
  parsePrefix: 'text',
  parseList: 'list',
  parseDuration: 'duration',
  parseRateLimit: 'limit',
  parseWhole: 'whole number',
  parseBoolean: '`true`, `false`',
  parseJsonList: 'JSON list',
  parseParameters: 'query',
  readJsonFile: 'path of a JSON file',
  readUpstreamsFile: 'path of a JSON file',
  readSecretFile: 'path of a file',
};

const INTRODUCTION = `# Environment

<!-- Written by \`npm run docs:environment\` from lib/env: what is changed here is lost. -->

Every variable that operators set. How they are used is in the [guide for operators](operators.md). The app has to use \`optionsFromEnv()\` for these to count, and what it sets itself wins. It reads them once: a change counts after a restart. \`npx express-dcr check\` says beforehand what is wrong.

An empty value is the same as none. A name that begins with \`DCR_\` and is not in these tables is refused, except for the ones that Kubernetes makes for a Service (\`DCR_..._SERVICE_HOST\`, \`DCR_..._PORT\` and the like). One variable of others is looked at: with \`NODE_ENV=production\` the server does not start in memory by accident.

| Form         | Written as                                                             |
| ------------ | ---------------------------------------------------------------------- |
| list         | \`openid profile\` or \`openid,profile\`: separated by spaces or commas |
| duration     | \`900\` in seconds, or \`15m\`, \`1h\`, \`30d\`                         |
| limit        | \`60/1m\`: so many in so long; \`off\` for no limit                     |
| query        | \`access_type=offline&prompt=consent\`                                  |
| JSON list    | \`[{ ... }]\`, of what the guide describes                              |
| path of ...  | \`/run/secrets/dcr-secret\`                                             |

Where two names are given, the second is the path of a file that holds the value; white space around its contents is cut off. Both together are refused.
`;

const DESCRIPTIONS = `## Descriptions of scopes

The file of \`DCR_SCOPES_FILE\` says what scopes mean to the person who is asked, in one language or several:

\`\`\`json
{
  "notes:read": "Read your notes",
  "notes:write": { "en": "Add and change notes", "de": "Notizen anlegen und \u00e4ndern" }
}
\`\`\`
`;

/** The whole page, not yet formatted. */
export function environmentPage(): string {
  const sections = SECTIONS.map(({ title, guide, variables }) =>
    [
      `## ${title}`,
      '',
      `In the guide: ${guide}.`,
      '',
      '| Variable | Meaning | Form | Default |',
      '| --- | --- | --- | --- |',
      ...variables.map(rowOf),
      '',
    ].join('\n'),
  );
  return [INTRODUCTION, ...sections, DESCRIPTIONS].join('\n');
}

function rowOf(variable: Described): string {
  const names = namesOf(variable).map(asCode).join(', ');
  return `| ${names} | ${variable.meaning} | ${formOf(variable)} | ${defaultOf(variable)} |`;
}

function formOf({ name, read, words }: Described): string {
  if (words) return words.map(asCode).join(', ');
  const form = FORMS[read.name];
  if (form === undefined)
    throw new Error(`${name} is read by ${read.name}, which has no form here`);
  return form;
}

/** A default of the code, as it would be written in the environment. */
function defaultOf({ otherwise, option, member, read }: Described): string {
  if (otherwise !== undefined) return otherwise;
  const whole: unknown = option === undefined ? undefined : Reflect.get(DEFAULTS, option);
  const value = member === undefined ? whole : (Object(whole) as Record<string, unknown>)[member];
  const isNothing = typeof value === 'object' && Object.keys(Object(value)).length === 0;
  return value === undefined || isNothing ? 'none' : asCode(written(value, read.name));
}

function written(value: unknown, reader: string): string {
  if (Array.isArray(value)) return value.join(' ');
  if (reader === 'parseDuration') return duration(Number(value));
  if (reader !== 'parseRateLimit') return String(value);
  const { limit, windowSeconds } = value as { limit: number; windowSeconds: number };
  return `${String(limit)}/${duration(windowSeconds)}`;
}

function duration(seconds: number): string {
  const units = [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
  ] as const;
  const [unit, length] = units.find(([, size]) => seconds % size === 0) ?? ['s', 1];
  return `${String(seconds / length)}${unit}`;
}

function asCode(text: string): string {
  return `\`${text}\``;
}
