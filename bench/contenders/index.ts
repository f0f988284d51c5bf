/**
 * Who is measured, the floor first: it is what the others are a ratio to.
 *
 * @module
 */
import type { StartContender } from './contender.ts';

export type Load = () => Promise<{ readonly start: StartContender }>;

/** Loaded one by one: a process has nothing in it but its own. */
export const contenders = {
  floor: () => import('./floor.ts'),
  'express-dcr': () => import('./express-dcr.ts'),
  'mcp-sdk': () => import('./mcp-sdk.ts'),
  'mcp-sdk-same-state': () => import('./mcp-sdk-same-state.ts'),
  'mcp-oauth-server': () => import('./mcp-oauth-server.ts'),
  'oidc-provider': () => import('./oidc-provider.ts'),
} satisfies Record<string, Load>;

export type ContenderName = keyof typeof contenders;

export function isContenderName(name: string): name is ContenderName {
  return Object.hasOwn(contenders, name);
}
