/**
 * What is measured: one kind of request, and what has to be there before it can be sent.
 *
 * @module
 */
import type { Client } from 'undici';
import { codeOf } from '../load/person.ts';
import { formCall, type Call, type NextCall } from '../load/call.ts';
import { ask, registration, type Asked } from '../load/client.ts';
import type { ContenderProcess } from '../process/contender-process.ts';

/** Before the clock runs. */
export interface Preparation {
  readonly server: ContenderProcess;
  /** One for each worker. */
  readonly clients: readonly Client[];
  /** How many calls there will be. */
  readonly requests: number;
}

export interface Operation {
  readonly name: string;
  /** What the processor time of this project may be, as a ratio to the floor's. */
  readonly target: number;
  prepare(preparation: Preparation): Promise<NextCall>;
}

/** A client that has registered. */
export async function registered({ server, clients }: Preparation): Promise<string> {
  let client_id = '';
  await send(
    clients,
    registration(server, (id) => (client_id = id)),
  );
  return client_id;
}

export interface Redeemable extends Asked {
  readonly client_id: string;
  readonly code: string;
}

/** Codes of as many people. */
export async function codes(preparation: Preparation, count: number): Promise<Redeemable[]> {
  const { server, clients } = preparation;
  const client_id = await registered(preparation);
  const ready: Redeemable[] = [];
  let next = 0;
  const work = async (client: Client): Promise<void> => {
    while (next < count) {
      const person = `person-${String(next)}`;
      next += 1;
      const asked = ask(server, client_id);
      const { redirect_uri } = asked;
      const code = await codeOf(client, asked.path, {
        origin: server.origin,
        person,
        redirect_uri,
      });
      ready.push({ ...asked, client_id, code });
    }
  };
  await Promise.all(clients.map(work));
  return ready;
}

export function redemption(server: ContenderProcess, redeemable: Redeemable): Call {
  const { client_id, code, code_verifier, redirect_uri } = redeemable;
  return formCall(server.paths.token, {
    ...{ grant_type: 'authorization_code', client_id, code, code_verifier, redirect_uri },
  });
}

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

export async function tokensOf(
  { server, clients }: Preparation,
  redeemable: Redeemable,
): Promise<Tokens> {
  return JSON.parse(await send(clients, redemption(server, redeemable))) as Tokens;
}

async function send([client]: readonly Client[], call: Call): Promise<string> {
  if (!client) throw new Error('there is no worker');
  const { method, path, headers = {}, body = null, status } = call;
  const response = await client.request({ method, path, headers, body });
  const text = await response.body.text();
  if (response.statusCode !== status) throw new Error(`${path}: ${response.statusCode} ${text}`);
  call.done?.(text, response.headers);
  return text;
}
