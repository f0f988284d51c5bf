/**
 * What the example assumes when the environment does not say otherwise.
 *
 * @module
 */

/** The environment, as `process.env` has it. */
export type Environment = Readonly<Record<string, string | undefined>>;

const SCOPES_SUPPORTED = 'openid profile email offline_access notes:read notes:write';
const BASELINE_SCOPES = 'offline_access notes:write';

/** The port to listen on: `PORT`, else 3000. @throws {TypeError} when it is not a port. */
export function portFrom({ PORT }: Environment): number {
  const port = Number(PORT?.trim() || 3000);
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  throw new TypeError('PORT must be a number between 1 and 65535');
}

/** Where metrics are served: `METRICS_PORT`, else nowhere. @throws {TypeError} when it is not a port. */
export function metricsPortFrom({ METRICS_PORT }: Environment): number | undefined {
  if (!METRICS_PORT?.trim()) return undefined;
  const port = Number(METRICS_PORT.trim());
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  throw new TypeError('METRICS_PORT must be a number between 1 and 65535');
}

/**
 * How long to go on after SIGTERM, in seconds, until balancers have seen that this process is not
 * ready: `STOP_DELAY`, else 0. @throws {TypeError} when it is not a number from 0 to 10.
 */
export function stopDelayFrom({ STOP_DELAY }: Environment): number {
  const seconds = Number(STOP_DELAY?.trim() || 0);
  if (seconds >= 0 && seconds <= 10) return seconds;
  throw new TypeError('STOP_DELAY must be a number of seconds from 0 to 10');
}

/** Adds the issuer and the scopes of this app, where they are unset or empty. */
export function withExampleDefaults(env: Environment): Environment & { DCR_ISSUER: string } {
  return {
    ...env,
    DCR_ISSUER: env['DCR_ISSUER']?.trim() || `http://localhost:${portFrom(env)}`,
    DCR_SCOPES_SUPPORTED: env['DCR_SCOPES_SUPPORTED']?.trim() || SCOPES_SUPPORTED,
  };
}

/**
 * Adds a baseline to show what a baseline does. Not when the operator said anything about scopes:
 * `DCR_BASELINE_SCOPES=` says "none", and other scopes would not fit this baseline.
 */
export function withExampleBaseline(env: Environment): Environment {
  const isScopePolicy = (name: string): boolean => /^DCR_(BASELINE|SCOPES|RESTRICTED)_/.test(name);
  if (Object.keys(env).some(isScopePolicy)) return env;
  return { ...env, DCR_BASELINE_SCOPES: BASELINE_SCOPES };
}
