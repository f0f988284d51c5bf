/**
 * The internet as it is.
 *
 * @module
 */
import { Resolver } from 'node:dns/promises';
import { isPublicAddress } from '../protocol/host.ts';
import { FetchFailedError, type Outside } from './port.ts';

/** Long enough for a far server with a slow disk; a person is waiting. */
const DEADLINE_MS = 5_000;

/** One lost packet is asked for again within the deadline. */
const RESOLVER = { timeout: 1_500, tries: 2 };

/** What a name server says of a name that is not there, or has no address of this kind. */
const NO_ADDRESS = ['ENOTFOUND', 'ENODATA'];

export const INTERNET: Outside = {
  resolve,
  isPublic: isPublicAddress,
  deadlineMs: DEADLINE_MS,
};

/**
 * By asking name servers, not with `dns.lookup`: that one occupies a thread of the few that the host
 * has for its files, for as long as a stranger's name server says nothing, and reads `/etc/hosts`,
 * which is about the host's own network.
 */
async function resolve(hostname: string, signal: AbortSignal): Promise<readonly string[]> {
  const resolver = new Resolver(RESOLVER);
  const cancel = (): void => resolver.cancel();
  signal.addEventListener('abort', cancel);
  try {
    const asked = [resolver.resolve4(hostname), resolver.resolve6(hostname)];
    const answers = await Promise.allSettled(asked);
    const addresses = answers.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    if (addresses.length > 0) return addresses;
    const reasons = answers.flatMap((one) =>
      one.status === 'rejected' ? [one.reason as unknown] : [],
    );
    throw reasons.every(saysThereIsNone)
      ? new FetchFailedError('unknown_host', 'the host has no address')
      : new FetchFailedError('away', 'the name of the host could not be resolved', reasons[0]);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

function saysThereIsNone(reason: unknown): boolean {
  const { code } = Object(reason) as { code?: unknown };
  return typeof code === 'string' && NO_ADDRESS.includes(code);
}
