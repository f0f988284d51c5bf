/**
 * What is known of a variable: the option it sets, how it is read, and what operators are told of it.
 *
 * @module
 */
import type { ClientIdMetadataDocumentsOptions } from '../options/metadata-document-options.ts';
import type { AuthorizationServerOptions } from '../options/options.ts';
import type { RateLimitOptions } from '../options/rate-limits.ts';
import type { VariableName } from './values.ts';

/** The sentences from which the list of variables for operators is written: docs/environment.md. */
export interface DocumentedVariable extends VariableName {
  /** What it decides; Markdown, with links as from within `docs`. */
  readonly meaning: string;
  /** Every word that it may say; absent when it is not a choice of words. */
  readonly words?: readonly string[];
  /** What holds without it, in Markdown, where no default of an option says it. */
  readonly otherwise?: string;
  readonly read: (value: string) => unknown;
}

/** One that sets an option, or a part of one. */
export interface OptionVariable extends DocumentedVariable {
  readonly option: Exclude<keyof AuthorizationServerOptions, 'login' | 'logger'>;
  /** Which part of the option, when there are several variables for it. */
  readonly member?: keyof RateLimitOptions | keyof ClientIdMetadataDocumentsOptions;
}
