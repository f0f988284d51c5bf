/**
 * The logger of an API that passes none: what should be known is a warning of the process.
 *
 * @module
 */
import { SILENT, type Logger, type LogFields } from '../operations/logger.ts';

/** @param emitWarning - As `process.emitWarning`. */
export function processWarnings(
  emitWarning: (message: string, options: NodeJS.EmitWarningOptions) => void,
): Logger {
  const warn = (message: string, { code, ...fields }: LogFields = {}): void => {
    emitWarning(`express-dcr/resource: ${message}`, {
      type: 'ExpressDcrWarning',
      ...(typeof code === 'string' && { code }),
      detail: JSON.stringify(fields),
    });
  };
  return { ...SILENT, warn, error: warn };
}
