/**
 * The stored form of the APIs of a grant, or of a request for one.
 *
 * The first stands where a version that knew of one only looks for it: to that version the grant is
 * for the first API alone, which is less than the person allowed and never more.
 *
 * @module
 */
import { must, optional, text, type Unread } from './reading.ts';

/** Members by name; `resources` only where there is more than one. */
export interface StoredResources {
  readonly resource: string;
  /** All of them, space-delimited: no URL has a space in it. */
  readonly resources?: string;
}

export function formatResources(resources: readonly string[]): StoredResources {
  const [resource = '', ...others] = resources;
  return { resource, ...(others.length > 0 && { resources: resources.join(' ') }) };
}

/** @throws {UnreadableRecordError} */
export function parseResources(record: Unread): readonly string[] {
  const first = text(record['resource']);
  const { resources } = optional(record, 'resources', text);
  if (resources === undefined) return [first];
  const all = resources.split(' ');
  must(all.length > 1 && all[0] === first && !all.includes(''));
  return all;
}
