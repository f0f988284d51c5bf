/**
 * What samples of the documentation take from the app that they stand in. Nothing of it is there: such
 * samples are compiled and not run.
 *
 * @module
 */
import type { Express, Request, RequestHandler } from 'express';
import type { AuthorizationServer, HostLoginOptions, LoginPort } from '../../../lib/index.ts';

declare module 'express-session' {
  interface SessionData {
    user: { id: string; name: string };
  }
}

export declare const app: Express;
export declare const authorizationServer: AuthorizationServer;
export declare const requireBearer: AuthorizationServer['requireBearer'];

export declare const login: LoginPort;
export declare const loggedInPerson: HostLoginOptions['user'];
export declare const user: HostLoginOptions['user'];
export declare function findUser(sub: string): Promise<object | undefined>;
export declare function tenantOf(sub: string): Promise<string>;

export declare const requireLogin: RequestHandler;
export declare const requireOperator: RequestHandler;
export declare const requireSameOrigin: RequestHandler;
export declare function subjectOf(req: Request): string;
