/**
 * The hosts that are denied, without a word on whether metadata documents count at all.
 *
 * @module
 */
import type { ConfigurationProblem } from '../options/configuration-error.ts';
import { isSet, type Environment } from './values.ts';

const DENIED = 'DCR_CLIENT_ID_METADATA_DOCUMENT_DENIED_HOSTS';
const TURNING_ON = ['DCR_CLIENT_ID_METADATA_DOCUMENTS', 'DCR_CLIENT_ID_METADATA_DOCUMENT_HOSTS'];

/** Whoever denies a host wants less: taken by itself, it would turn documents of all others on. */
export function deniedHostsProblems(env: Environment): ConfigurationProblem[] {
  if (!isSet(env, { name: DENIED }) || TURNING_ON.some((name) => isSet(env, { name }))) return [];
  return [
    {
      option: 'clientIdMetadataDocuments',
      variable: DENIED,
      code: 'ERR_DCR_METADATA_DOCUMENTS_INVALID',
      message: `denies hosts, and nothing says that documents count: set ${TURNING_ON[0] ?? ''}=true beside it for those of all other hosts, or take it away`,
    },
  ];
}
