/**
 * The model: the worlds that fit all that was seen, and what is in people's hands.
 */
import fc from 'fast-check';
import type { AuditEvent } from '../../lib/operations/audit-events.ts';
import { Held, type HeldPage } from './held.ts';
import type { Instances, Place } from './instances.ts';
import { Ledger } from './ledger.ts';
import { allowed, explained, type Request, type Sent } from './requests.ts';
import { POLICIES, TICK_SECONDS } from './settings.ts';
import { aliveGrant, EMPTY, isKnown, isOver, type Moment, type World } from './world.ts';

/** What is over when it is told. */
const ENDS: readonly AuditEvent['name'][] = ['grant.revoked', 'code.replayed', 'refresh.reused'];

export class Model {
  worlds: readonly World[] = [EMPTY];
  /** Seconds since the start of the run. */
  now = 0;
  readonly held = new Held();
  readonly ledger = new Ledger();
  /** Which policy counts at each place. */
  readonly policies: number[] = [0, 0];

  momentAt(place: number): Moment {
    return { now: this.now, policy: POLICIES[this.policies[place] ?? 0]! };
  }

  instanceAt(real: Instances, place: number): Place {
    return real.at(place, this.policies[place] ?? 0);
  }

  advance(real: Instances, seconds: number): void {
    real.deployment.clock.advance(seconds * 1000);
    this.now += seconds;
  }

  /** Where the operator has said that a moment is the end of something, that moment is over. */
  tick(real: Instances): void {
    this.advance(real, TICK_SECONDS);
  }

  /** Sends one request, while nothing else goes on. */
  async send(real: Instances, place: number, request: Request): Promise<void> {
    const answer = await request.send(this.instanceAt(real, place));
    await this.judge(real, [{ request, moment: this.momentAt(place), answer }]);
  }

  /** Keeps the worlds that explain what was answered, told and is now to be seen. */
  async judge(real: Instances, sent: readonly Sent[]): Promise<void> {
    const before = this.worlds;
    const events = real.takeEvents();
    const told = events.map((event) => this.held.told(event));
    note(this, events);
    this.worlds = explained(before, sent, told);
    if (this.worlds.length === 0) {
      fail(real, 'no world explains what was answered', {
        now: this.now,
        answers: sent.map(({ request, answer }) => `${request.label} -> ${answer}`),
        told,
        alone: sent.map((one) => allowed(before, one)),
        before,
      });
    }
    await this.look(real);
  }

  /** What the store holds, and what a page of connected apps shows. */
  async look(real: Instances): Promise<void> {
    const pages = this.held.pages.filter(({ code }) => code !== undefined);
    const [found, listed] = await Promise.all([
      Promise.all(pages.map((page) => recordOf(real, page))),
      real.at(0, 0).server.grants.list({ subject: 'alice' }),
    ]);
    const numbers = listed.map(({ grantId }) => pages.findIndex((one) => one.grantId === grantId));
    const shown = numbers.map((nth) => pages[nth]?.number ?? -1).sort((a, b) => a - b);
    const seen = `${found.join(', ')}; listed: ${String(shown)}`;
    const fitting = this.worlds.filter((world) => sightOf(world, pages, this.now) === seen);
    if (fitting.length === 0) {
      const expected = this.worlds.map((world) => sightOf(world, pages, this.now));
      fail(real, 'the store is not as it should be', { now: this.now, seen, expected });
    }
    this.worlds = fitting;
  }
}

/** What the events say goes into the ledger. */
function note({ held, ledger }: Model, events: readonly AuditEvent[]): void {
  const { pages } = held;
  const numberOf = (id?: string): number =>
    pages.find(({ grantId }) => grantId === id)?.number ?? -1;
  const ended = events.filter(({ name }) => ENDS.includes(name));
  ledger.ended(ended.map(({ grant_id }) => numberOf(grant_id)));
  for (const { name, client_id } of events) {
    if (!name.startsWith('client.')) continue;
    const gone = pages.filter(({ client }) => held.clientAt(client).client_id === client_id);
    ledger.ended(gone.map(({ number }) => number));
  }
  for (const { name, grant_id, granted } of events) {
    if (name === 'grant.created') ledger.created(numberOf(grant_id), granted ?? []);
  }
}

function fail(real: Instances, rule: string, detail: object): never {
  // A machine that stood still proves nothing.
  fc.pre(!real.isLate);
  throw new Error(`${rule}: ${JSON.stringify(detail, undefined, 2)}`);
}

async function recordOf(real: Instances, { number, grantId }: HeldPage): Promise<string> {
  const grant = await real.store.grants.find(grantId);
  if (!grant) return `${String(number)} is over`;
  const tick = real.tickOf(grant.expires_at);
  return `${String(number)} is of generation ${String(grant.generation)} until ${String(tick)}`;
}

function sightOf(world: World, pages: readonly HeldPage[], now: number): string {
  const records = pages.map(({ number }) => {
    const grant = aliveGrant(world, number, now);
    if (!grant) return `${String(number)} is over`;
    const tick = Math.floor(grant.expires / TICK_SECONDS);
    return `${String(number)} is of generation ${String(grant.generation)} until ${String(tick)}`;
  });
  const listed = pages.filter(({ number, client }) => {
    const grant = aliveGrant(world, number, now);
    return grant && isKnown(world, client) && !isOver(world, grant);
  });
  return `${records.join(', ')}; listed: ${String(listed.map(({ number }) => number))}`;
}
