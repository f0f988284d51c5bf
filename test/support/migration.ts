/**
 * Moving an app from another authorization server to this one, with the code of a guide.
 *
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Express } from 'express';
import type { AuthorizationServer } from '../../lib/authorization-server.ts';
import { storeOptionsFromEnv } from '../../lib/env/store.ts';
import { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { runCommandIn, type Outcome } from '../cli/run-command.ts';
import { runSample } from '../house/run-sample.ts';
import { sampleNamed } from '../house/samples.ts';
import { redisEnvironment } from './example.ts';
import { freePort } from './free-port.ts';
import { serve, type Served } from './serve.ts';
import { PATIENCE_MS } from './stores.ts';

type Exports = Readonly<Record<string, unknown>>;

/** One app that moves: before and after it listens at the same address. */
export class Migration {
  readonly url: string;
  readonly #guide: string;
  readonly #port: number;
  readonly #environment: Record<string, string>;
  readonly #folder = mkdtempSync(join(tmpdir(), 'dcr-migration-'));
  #served: Served | undefined;
  #server: AuthorizationServer | undefined;

  private constructor(guide: string, port: number) {
    this.#guide = guide;
    this.#port = port;
    this.url = `http://localhost:${String(port)}`;
    this.#environment = {
      ...environmentIn(guide),
      ...redisEnvironment(),
      DCR_ISSUER: this.url,
      DCR_LOG_LEVEL: 'error',
    };
  }

  /** @param guide - The document, whose samples have the code. */
  static async of(guide: string): Promise<Migration> {
    return new Migration(guide, await freePort());
  }

  get file(): string {
    return join(this.#folder, 'clients.jsonl');
  }

  /** Starts a sample in place of what is running. */
  async start(name: string): Promise<Exports> {
    await this.stop();
    const exported = await this.run(name);
    this.#server = exported['authorizationServer'] as AuthorizationServer | undefined;
    this.#served = await serve(exported['app'] as Express, this.#port);
    return exported;
  }

  /** Runs a sample that starts nothing. */
  async run(name: string): Promise<Exports> {
    const kept = { ...process.env };
    Object.assign(process.env, this.#environment, { APP_URL: this.url });
    try {
      return await runSample(sampleNamed(this.#guide, name));
    } finally {
      for (const variable of Object.keys(process.env)) {
        if (!(variable in kept)) Reflect.deleteProperty(process.env, variable);
      }
    }
  }

  /** What an operator types. */
  async importClients(): Promise<Outcome> {
    const options = storeOptionsFromEnv(this.#environment);
    if (!options) throw new Error('there is no Redis');
    const store = new RedisStore({ ...options, commandTimeoutMs: PATIENCE_MS });
    try {
      return await runCommandIn(this.#environment, store, 'clients', 'import', this.file);
    } finally {
      await store.close();
    }
  }

  async stop(): Promise<void> {
    await this.#served?.stop();
    await this.#server?.close();
    this.#served = undefined;
    this.#server = undefined;
  }

  async end(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The variables that a guide sets. */
function environmentIn(guide: string): Record<string, string> {
  const { code } = sampleNamed(guide, 'environment');
  const lines = [...code.matchAll(/^(?<name>DCR_\w+)=(?<value>.*)$/gm)];
  return Object.fromEntries(
    lines.map(({ groups = {} }) => [groups['name'], groups['value']?.replace(/^'(.*)'$/, '$1')]),
  ) as Record<string, string>;
}
