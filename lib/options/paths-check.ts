/**
 * Checking where the endpoints are.
 *
 * @module
 */
import { nearMiss } from '../policy/near-miss.ts';
import { DEFAULTS, type AuthorizationServerOptions } from './options.ts';

const ENDPOINTS = Object.keys(DEFAULTS.paths);

/** What is wrong with the paths; empty when they are fine. */
export function pathMessages({ paths = {} }: Partial<AuthorizationServerOptions>): string[] {
  const given = Object.fromEntries(
    Object.entries<string | undefined>({ ...paths }).filter(([, path]) => path !== undefined),
  );
  const unknown = Object.keys(given).filter((name) => !ENDPOINTS.includes(name));
  const all = Object.values<string>({ ...DEFAULTS.paths, ...given });
  const malformed = all.filter((path) => !isPath(path) || path.startsWith('/.well-known'));
  const repeated = all.filter((path, index) => all.indexOf(path) !== index);
  return [
    ...unknown.map((name) => `has no endpoint named ${JSON.stringify(name)}${meant(name)}`),
    ...malformed.map((path) => `${JSON.stringify(path)} is not a path such as /oauth/token`),
    ...repeated.map((path) => `${JSON.stringify(path)} is used for two endpoints`),
  ];
}

function meant(name: string): string {
  const nearest = nearMiss(name, ENDPOINTS);
  return nearest === undefined ? '' : `; did you mean ${nearest}?`;
}

/** No dot segments: a browser takes them away, and the endpoint could never be reached. */
function isPath(path: string): boolean {
  return /^(\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~-]+)+$/.test(path);
}
