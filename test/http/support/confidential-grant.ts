import type { TestAppOptions } from '../../support/app.ts';
import {
  inHeader,
  issueCodeTo,
  obtainTokensAs,
  refreshForm,
  registeredConfidential,
  tokenRequestAs,
  type ConfidentialClient,
  type IssuedCode,
} from '../../support/confidential.ts';
import { createWatchedApp, type WatchedApp } from './watched-app.ts';

export interface ConfidentialCode extends WatchedApp, IssuedCode {}

/** A code of a confidential client that nobody has used yet. */
export async function issueConfidentialCode(
  options: TestAppOptions = {},
): Promise<ConfidentialCode> {
  const made = createWatchedApp(options);
  const issued = await issueCodeTo(made.app, await registeredConfidential(made.app));
  made.store.forget();
  return { ...made, ...issued };
}

/** Whether the code can still be redeemed, which uses it up. */
export async function isRedeemableBy(
  { app, form }: Pick<ConfidentialCode, 'app' | 'form'>,
  client: ConfidentialClient,
): Promise<boolean> {
  return (await tokenRequestAs(app, inHeader(client), form)).status === 200;
}

export interface ConfidentialGrant extends WatchedApp {
  readonly client: ConfidentialClient;
  readonly refreshToken: string;
  /** Refreshes as the client and takes the next refresh token; throws when there is none. */
  rotate(token: string): Promise<string>;
}

/** Tokens of a confidential client that can be refreshed. */
export async function grantConfidentialTokens(
  options: TestAppOptions = {},
): Promise<ConfidentialGrant> {
  const made = createWatchedApp(options);
  const client = await registeredConfidential(made.app);
  const { refresh_token } = await obtainTokensAs(made.app, client);
  made.store.forget();
  return {
    ...made,
    client,
    refreshToken: refresh_token,
    async rotate(token) {
      const answer = await tokenRequestAs(made.app, inHeader(client), refreshForm(token));
      const next = (answer.body as { refresh_token?: string }).refresh_token;
      if (answer.status !== 200 || next === undefined) {
        throw new Error(`not rotated: ${String(answer.status)}`);
      }
      return next;
    },
  };
}
