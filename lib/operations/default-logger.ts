/**
 * The logger that is made when the host has none.
 *
 * @module
 */
import { createRequire } from 'node:module';
import type { Logger, LogLevel } from './logger.ts';

/** A winston logger that writes JSON lines to the console. winston is loaded only here. */
export function createDefaultLogger(level: LogLevel): Logger {
  const require = createRequire(import.meta.url);
  const { createLogger, format, transports } = require('winston') as typeof import('winston');
  return createLogger({
    level,
    format: format.combine(format.timestamp(), format.json()),
    transports: [new transports.Console()],
  });
}
