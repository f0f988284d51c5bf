import { expect } from '@jest/globals';
import { ERROR_STATUS, type OAuthErrorCode } from '../../lib/protocol/errors.ts';
import { expectApiError } from '../http/support/expect.ts';
import { MARK } from './hostile.ts';

export interface Answered {
  readonly status: number;
  readonly headers: unknown;
  readonly text: string;
  readonly body: unknown;
}

/** 405, 413 and 415 say more than 400 does, under the same code. */
const BETTER_WORDS = [405, 413, 415];

/** A refusal as OAuth spells it, with nothing in it of what was sent. */
export function expectOAuthRefusal(answer: Answered): OAuthErrorCode {
  const { error } = Object(answer.body) as { error?: OAuthErrorCode };
  const known = Object.keys(ERROR_STATUS) as (OAuthErrorCode | undefined)[];
  expect(known).toContain(error);
  const code = error ?? 'server_error';
  const status = BETTER_WORDS.includes(answer.status) ? answer.status : ERROR_STATUS[code];
  expect(status).toBeLessThan(500);
  expectApiError(answer, status, code);
  expect(JSON.stringify(answer.headers) + answer.text).not.toContain(MARK);
  return code;
}
