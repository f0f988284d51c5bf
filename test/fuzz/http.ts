/**
 * Speaks to a server as nobody should, and sees that it stays as it is.
 *
 * @module
 */
import { createRandom } from '../faults/support/random.ts';
import { readCorpus, writeCorpus } from './engine/corpus.ts';
import { anyCase } from './http/cases.ts';
import { startTalk } from './http/talk.ts';
import type { Case } from './http/wire.ts';
import type { FuzzSettings } from './settings.ts';

const REPORT_EVERY_MS = 30_000;
const MAX_KEPT_LENGTH = 700;
const MAX_FINDINGS = 20;

/** @returns Whether nothing was found. */
export async function fuzzHttp({ seconds, seed, isKept }: FuzzSettings): Promise<boolean> {
  const random = createRandom(seed);
  const talk = await startTalk();
  const kinds = new Map<string, string>();
  const found: string[] = [];
  let said = 0;

  async function tryOut(one: Case): Promise<void> {
    const { wrong, kind } = await talk.say(one);
    said += 1;
    const text = JSON.stringify(one);
    if (text.length < (kinds.get(kind)?.length ?? MAX_KEPT_LENGTH)) kinds.set(kind, text);
    if (wrong.length === 0 || found.length >= MAX_FINDINGS) return;
    console.error(`http: FOUND ${wrong.join('; ')}\n  ${text.slice(0, 1_000)}`);
    found.push(text);
  }

  const endsAt = performance.now() + seconds * 1000;
  let reportAt = performance.now() + REPORT_EVERY_MS;
  const known = [...readCorpus('corpus', 'http'), ...readCorpus('found', 'http')];
  for (const text of known) await tryOut(JSON.parse(text) as Case);
  while (performance.now() < endsAt) {
    await tryOut(anyCase(random));
    if (performance.now() < reportAt) continue;
    reportAt += REPORT_EVERY_MS;
    console.log(`http: ${said} cases, ${kinds.size} kinds of answers, ${found.length} findings`);
  }
  const wrong = await talk.wrong();
  await talk.stop();
  console.log(`http: ${said} cases, ${kinds.size} kinds of answers, ${found.length} findings`);
  for (const what of wrong) console.error(`http: FOUND at the end: ${what}`);
  if (isKept) await writeCorpus('corpus', 'http', [...kinds.values()]);
  if (found.length > 0)
    await writeCorpus('found', 'http', [...readCorpus('found', 'http'), ...found]);
  return found.length === 0 && wrong.length === 0;
}
