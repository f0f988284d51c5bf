/**
 * Finding what is at a path: one look, however many paths there are.
 *
 * @module
 */

/**
 * @param entries - By paths that are written as Express writes them; of each at most the last segment is
 * a parameter. What is at a path itself comes before what takes it for a parameter.
 */
export function endpointLookup<Value>(
  entries: Iterable<readonly [path: string, value: Value]>,
): (path: string) => Value | undefined {
  const exact = new Map<string, Value>();
  const below = new Map<string, Value>();
  for (const [path, value] of entries) {
    const [fixed = '', parameter] = path.split('/:');
    (parameter === undefined ? exact : below).set(fixed, value);
  }
  return (path) => {
    const found = exact.get(path);
    if (found !== undefined) return found;
    const end = path.lastIndexOf('/');
    return end === path.length - 1 ? undefined : below.get(path.slice(0, end));
  };
}
