/**
 * `npm run demo`: a real MCP client against the example without and with a baseline, told side by
 * side. Exits with 0 only when both stories went as they should.
 *
 * @module
 */
import { AuthorizationRefused, ScriptedClient } from '../test/support/mcp-client.ts';
import { spawnExample } from './spawn-example.ts';

const BASELINE = 'offline_access notes:write';

/** What the client does, and how that should go without and with the baseline. */
const STORY: readonly (readonly [step: string, without: string, withBaseline: string])[] = [
  ['registers with scope', 'notes:read', 'notes:read'],
  ['is registered with', 'notes:read', 'notes:read offline_access notes:write'],
  ['asks for', 'notes:read offline_access', 'notes:read offline_access'],
  ['is answered', 'invalid_scope', 'code'],
  ['calls read_notes', '-', '2 notes'],
  ['calls add_note, has to ask for', '-', 'notes:read offline_access notes:write'],
  ['as the same client', '-', 'yes'],
  ['is answered', '-', 'code'],
  ['calls add_note', '-', 'Added. There are 3 notes now.'],
  ['refreshes its tokens', '-', 'notes:read offline_access notes:write'],
  ['calls read_notes', '-', '3 notes'],
];

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(1));
try {
  const [without, withBaseline] = await Promise.all([tell(''), tell(BASELINE)]);
  print(without, withBaseline);
  process.exitCode = report(differences(without, withBaseline));
} catch (error) {
  console.error(error);
  process.exit(1);
}

/** Runs one example and one client through the story, and tells what happened at each step. */
async function tell(baseline: string): Promise<string[]> {
  const example = await spawnExample({ DCR_BASELINE_SCOPES: baseline });
  try {
    return await meet(`${example.url}/mcp`);
  } finally {
    await example.stop();
  }
}

async function meet(url: string): Promise<string[]> {
  const person = { username: 'alice', password: 'password' };
  const client = new ScriptedClient({ url, person, registerScope: 'notes:read' });
  const said: string[] = [];
  try {
    await client.connect();
    said.push(await client.callTool('read_notes'));
    said.push(await client.callTool('add_note', { text: 'Thank Bob' }));
    client.provider.spoilAccessToken();
    said.push(await client.callTool('read_notes'));
  } catch (error) {
    // A refusal is a story too; anything else is a surprise.
    if (!(error instanceof AuthorizationRefused)) throw error;
  } finally {
    await client.close();
  }

  const { registrations, authorizations, tokens } = client.story;
  const [login, stepUp] = authorizations;
  const [read, added, readAgain] = said;
  const told = [
    registrations[0]?.sent,
    registrations[0]?.received,
    login?.scope,
    login?.outcome,
    count(read),
    stepUp?.scope,
    stepUp && (stepUp.client_id === login?.client_id ? 'yes' : 'no'),
    stepUp?.outcome,
    added,
    tokens.find(({ grant_type }) => grant_type === 'refresh_token')?.scope,
    count(readAgain),
  ];
  return told.map((value) => value ?? '-');
}

function count(notes: string | undefined): string | undefined {
  return notes && `${notes.split('\n').length} notes`;
}

function print(without: readonly string[], withBaseline: readonly string[]): void {
  const row = (step: string, left: string, right: string): string =>
    ` ${step.padEnd(30)} | ${left.padEnd(25)} | ${right}`.trimEnd();
  const line = `${'-'.repeat(32)}+${'-'.repeat(27)}+${'-'.repeat(39)}`;
  const rows = STORY.map(([step], i) => row(step, without[i] ?? '', withBaseline[i] ?? ''));
  console.log(
    ['', row('an MCP client', 'no baseline', `baseline ${BASELINE}`), line, ...rows, ''].join('\n'),
  );
}

function differences(without: readonly string[], withBaseline: readonly string[]): string[] {
  return STORY.flatMap(([step, ...expected], i) =>
    [without[i], withBaseline[i]].flatMap((told, column) =>
      told === expected[column]
        ? []
        : [
            `"${step}" ${column === 0 ? 'without' : 'with'} a baseline: ` +
              `expected ${expected[column]}, was ${told}`,
          ],
    ),
  );
}

function report(surprises: readonly string[]): 0 | 1 {
  if (surprises.length === 0) {
    console.log('Without a baseline the login dies; with it the client works. Both as expected.');
    return 0;
  }
  console.error(['Not as expected:', ...surprises].join('\n  '));
  return 1;
}
