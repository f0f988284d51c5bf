/**
 * Questions about a token, and what is answered, in one word each.
 */
import type { Express } from 'express';
import supertest, { type Response } from 'supertest';
import { inHeader, type ConfidentialClient } from '../../support/confidential.ts';
import type { Form } from '../../support/flow.ts';

/** What a status and an OAuth error come to. */
export function errorOf({ status, body }: Pick<Response, 'status' | 'body'>): string {
  const { error } = Object(body) as { error?: string };
  return error === undefined ? String(status) : `${String(status)} ${error}`;
}

/** A form that a client with a secret, or an API, sends to an endpoint. */
export function askAs(
  app: Express,
  path: string,
  caller: ConfidentialClient,
  form: Form,
): Promise<Response> {
  const given = Object.entries(form).filter(([, value]) => value !== undefined);
  const request = supertest(app)
    .post(path)
    .type('form')
    .set(inHeader(caller).headers ?? {});
  return request.send(Object.fromEntries(given) as Record<string, string>).then((answer) => answer);
}

/** Whether a token is active, by the word of the server to this caller. */
export async function isActiveTo(
  app: Express,
  caller: ConfidentialClient,
  token: string | undefined,
): Promise<unknown> {
  const { status, body } = await askAs(app, '/oauth/introspect', caller, { token });
  return status === 200 ? (body as { active: unknown }).active : errorOf({ status, body });
}

/** A promise that a test settles, and what waits for it. */
export interface Held {
  /** Somebody has come to where the test holds them up. */
  readonly reached: Promise<void>;
  readonly wait: () => Promise<void>;
  readonly letGo: () => void;
}

/** Holds a request up in a function of the host, until the test has done what comes meanwhile. */
export function held(): Held {
  let letGo = (): void => undefined;
  let arrive = (): void => undefined;
  const reached = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const gone = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  return {
    reached,
    wait() {
      arrive();
      return gone;
    },
    letGo: () => {
      letGo();
    },
  };
}
