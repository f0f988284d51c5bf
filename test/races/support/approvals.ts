/**
 * What a race begins with: something that a person has approved.
 *
 * @module
 */
import {
  createPkce,
  obtainCode,
  redemption,
  tokenRequest,
  type At,
  type Form,
  type Tokens,
} from '../../support/flow.ts';
import { personOf } from './rounds.ts';

export const SCOPE = 'openid offline_access';

/** Whose approval it is. */
interface Approved {
  readonly client_id: string;
  readonly round: number;
}

/** What redeems a code of the person of this round. */
export async function approved(at: At, { client_id, round }: Approved): Promise<Form> {
  const pkce = createPkce();
  const code = await obtainCode(at, client_id, pkce, { scope: SCOPE }, personOf(round));
  return redemption(client_id, code, pkce);
}

/** What they got for it. */
export interface Held extends Tokens {
  readonly refresh_token: string;
  readonly grant_id: string;
}

export async function redeemed(at: At, whose: Approved): Promise<Held> {
  const { status, body } = await tokenRequest(at, await approved(at, whose));
  if (status !== 200) throw new Error(`no tokens: ${JSON.stringify(body)}`);
  const tokens = body as Tokens;
  const { refresh_token = '' } = tokens;
  return { ...tokens, client_id: whose.client_id, refresh_token, grant_id: grantOf(refresh_token) };
}

/** Of a code or of a refresh token: both begin with it. */
export function grantOf(credential: string): string {
  return credential.split('.')[0] ?? '';
}
