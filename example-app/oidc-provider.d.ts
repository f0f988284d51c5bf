/**
 * The little of oidc-provider that the local identity provider uses, for the package has no types of
 * its own.
 */
declare module 'oidc-provider' {
  import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

  /** What a client may do at the provider on behalf of a person. */
  export interface Grant {
    addOIDCScope(scope: string): void;
    save(): Promise<string>;
  }

  export interface Context {
    readonly oidc: {
      readonly provider: Provider;
      readonly client: { readonly clientId: string };
      readonly session: { readonly accountId: string };
    };
  }

  export class Provider {
    readonly Grant: new (of: { clientId: string; accountId: string }) => Grant;
    constructor(issuer: string, configuration: object);
    callback(): RequestListener;
    /** Throws when the login has expired or began in another browser. */
    interactionDetails(req: IncomingMessage, res: ServerResponse): Promise<unknown>;
    interactionFinished(req: IncomingMessage, res: ServerResponse, result: object): Promise<void>;
  }

  /** A reason to ask the person something, which clients name in `prompt`. */
  export class Prompt {
    readonly name: string;
    constructor(info: { readonly name: string; readonly requestable: boolean });
  }

  export const interactionPolicy: {
    readonly Prompt: typeof Prompt;
    base(): { add(prompt: Prompt, index: number): void };
  };
}
