/**
 * What the host decides about people of a provider, in the form of the port.
 *
 * @module
 */
import { ArgumentError } from '../diagnostics/argument-error.ts';
import { isScopeToken } from '../protocol/scope.ts';
import type { UpstreamLoginOptions } from './options.ts';
import type { UpstreamLogin } from './port.ts';

type Hooks = Pick<UpstreamLogin, 'allow' | 'scopes' | 'isActive'>;

/** The hooks that are there. One that answers something else than it should throws, which lets nobody in. */
export function hooksOf({ allow, scopesOf, active }: UpstreamLoginOptions, name: string): Hooks {
  return {
    ...(allow && { allow: async (person) => decided(await allow(person), `${name}: allow`) }),
    ...(scopesOf && {
      scopes: async (person) => {
        const scopes: unknown = (await scopesOf(person)) ?? undefined;
        if (scopes === undefined) return undefined;
        if (Array.isArray(scopes) && scopes.every(isScopeToken)) return scopes;
        throw new ArgumentError(
          `${name}: scopesOf must return a list of scopes, or nothing`,
          'ERR_DCR_HOST_RESULT',
        );
      },
    }),
    ...(active && { isActive: async (sub) => decided(await active(sub), `${name}: active`) }),
  };
}

/** A forgotten `return` must not decide anything. */
function decided(answer: unknown, what: string): boolean {
  if (typeof answer === 'boolean') return answer;
  throw new ArgumentError(`${what} must return true or false`, 'ERR_DCR_HOST_RESULT');
}
