/**
 * The resources that tokens can be for: those of the options, and those that the host names where it
 * mounts `requireBearer`, so that naming a path once is enough.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8707
 * @module
 */
import { ArgumentError } from '../diagnostics/argument-error.ts';
import { findResource, resolveResource } from '../protocol/resource.ts';

export interface ResourceRegistry {
  /**
   * Adds a resource, or finds it when it is there.
   *
   * @param resource - An absolute URL, or a path on the issuer's origin; without it, the only one there is.
   * @returns A function, for without a name which one it is becomes certain only when all are mounted.
   * @throws {TypeError} When the choice would be a guess, or when requests have been answered already.
   */
  mount(resource: string | undefined): () => string;
  /** The configured spellings; at least one. From the first call on the list does not change. */
  list(): readonly string[];
  /** The same as it is now, for what may change nothing. */
  soFar(): readonly string[];
}

export function createResourceRegistry(
  issuer: string,
  configured: readonly string[],
): ResourceRegistry {
  const resources = configured.map((resource) => resolveResource(resource, issuer));
  let hasUnnamedMount = false;
  let isSealed = false;

  /** Only when nobody names one is the server itself the resource. */
  function soFar(): readonly string[] {
    return resources.length > 0 ? resources : [issuer];
  }

  function list(): readonly string[] {
    isSealed = true;
    return soFar();
  }

  function requireCertain(): void {
    if (!hasUnnamedMount || resources.length <= 1) return;
    throw new ArgumentError(
      `requireBearer: there are several resources (${resources.join(', ')}); name the one that is meant: requireBearer({ resource })`,
      'ERR_DCR_RESOURCE_AMBIGUOUS',
    );
  }

  return {
    list,
    soFar,
    mount(resource) {
      if (resource === undefined) {
        hasUnnamedMount = true;
        requireCertain();
        return () => list()[0] ?? issuer;
      }
      const spelling = spellingOf(resource, issuer);
      const known = findResource(spelling, resources);
      if (known !== undefined) return () => known;
      if (isSealed) {
        throw new ArgumentError(
          `requireBearer: the resource ${spelling} comes after the first request; mount it before, or name it in resources`,
          'ERR_DCR_RESOURCE_TOO_LATE',
        );
      }
      resources.push(spelling);
      requireCertain();
      return () => spelling;
    },
  };
}

function spellingOf(resource: string, issuer: string): string {
  try {
    return resolveResource(resource, issuer);
  } catch (error) {
    const message = `requireBearer: ${(error as Error).message}`;
    throw new ArgumentError(message, 'ERR_DCR_RESOURCE_INVALID');
  }
}
