/**
 * Sends requests and notes each of them, with what it brought and what it got.
 *
 * @module
 */
import type { Answer, Ask, HttpClient } from './http-client.ts';
import type { Credentials, Endpoint, Entry, FaultSpan, TrafficRecord } from './record.ts';
import type { StallMeter } from '../../support/stalls.ts';

/** Where requests are sent. */
export interface Target {
  readonly name: string;
  /** May change: an instance that is started again listens elsewhere. */
  readonly origin: string;
}

export interface Request {
  readonly endpoint: Endpoint;
  readonly ask: Ask;
  /** Whether a server that is well says yes to it. @default true */
  readonly isRight?: boolean;
  readonly used?: Credentials;
  /** What the answer gives, when it is the one that was asked for. */
  readonly read?: (answer: Answer) => Credentials;
}

export interface Recorder {
  send(target: Target, request: Request): Promise<Answer>;
  note(fault: FaultSpan): void;
  readonly record: TrafficRecord;
  /** How many requests are waiting for their answer. */
  readonly waiting: number;
}

export function createRecorder(http: HttpClient, stalls: StallMeter): Recorder {
  const entries: Entry[] = [];
  const faults: FaultSpan[] = [];
  let waiting = 0;
  return {
    record: { entries, faults },
    get waiting() {
      return waiting;
    },
    note: (fault) => void faults.push(fault),
    async send(target, { endpoint, ask, isRight = true, used = {}, read = () => ({}) }) {
      const startedAt = performance.now();
      waiting += 1;
      const answer = await http.send(target.origin, ask);
      waiting -= 1;
      const endedAt = performance.now();
      const { status, headers, text } = answer;
      const contentType = headers['content-type'] ?? '';
      const retryAfter = headers['retry-after'];
      const body = contentType.startsWith('application/json') ? membersOf(text) : undefined;
      const error = body?.['error'] ?? errorInRedirect(headers.location);
      entries.push({
        endpoint,
        instance: target.name,
        startedAt,
        endedAt,
        stalledMs: stalls.within(startedAt, endedAt),
        status,
        contentType,
        ...(retryAfter !== undefined && { retryAfter }),
        ...(typeof error === 'string' && { error }),
        ...(body && { members: Object.keys(body) }),
        isRight,
        used,
        got: status >= 200 && status < 400 ? read(answer) : {},
      });
      return answer;
    },
  };
}

function membersOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function errorInRedirect(location: string | undefined): string | undefined {
  if (location === undefined) return undefined;
  return new URL(location, 'http://localhost').searchParams.get('error') ?? undefined;
}
