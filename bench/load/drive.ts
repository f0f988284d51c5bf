/**
 * Sends requests as fast as they are answered, so many at a time, and notes how long each took.
 *
 * @module
 */
import { Client } from 'undici';
import { present } from '../present.ts';
import type { Call, NextCall } from './call.ts';

export interface Driven {
  readonly seconds: number;
  /** Milliseconds, sorted. */
  readonly latencies: readonly number[];
}

/** Connections that stay open, one for each worker. */
export class Driver {
  readonly clients: readonly Client[];

  /** @param origins - The workers are spread over them. */
  constructor(origins: readonly string[], workers: number) {
    this.clients = Array.from(
      { length: workers },
      (_, nth) => new Client(present(origins[nth % origins.length]), { pipelining: 1 }),
    );
  }

  /** @throws {Error} When an answer is not the one that has to come. */
  async drive(requests: number, next: NextCall): Promise<Driven> {
    const latencies: number[] = [];
    let left = requests;
    const started = performance.now();
    const work = async (client: Client, worker: number): Promise<void> => {
      while (left > 0) {
        left -= 1;
        const call = next(worker);
        const sent = performance.now();
        await answered(client, call);
        latencies.push(performance.now() - sent);
      }
    };
    await Promise.all(this.clients.map(work));
    const seconds = (performance.now() - started) / 1000;
    return { seconds, latencies: latencies.sort((one, other) => one - other) };
  }

  async close(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.close()));
  }
}

async function answered(client: Client, call: Call): Promise<void> {
  const { method, path, headers = {}, body = null, status, done } = call;
  const response = await client.request({ method, path, headers, body });
  const text = await response.body.text();
  if (response.statusCode !== status) {
    throw new Error(`${method} ${path}: ${response.statusCode} instead of ${status}: ${text}`);
  }
  done?.(text, response.headers);
}
