/**
 * The tables of docs/audit-events.md.
 */
import { textOf } from '../house/files.ts';

const DOCUMENT = 'docs/audit-events.md';

export interface DocumentedEvent {
  readonly name: string;
  /** By whose hand. */
  readonly by: readonly string[];
  readonly level: string;
  readonly message: string;
  /** What is in it beside name, time, by and client_id. */
  readonly members: readonly string[];
}

export function documentedEvents(): DocumentedEvent[] {
  return rowsOf('Event').map(([name = '', , by = '', level = '', message = '', members = '']) => ({
    name: codeIn(name)[0] ?? '',
    by: codeIn(by),
    level: codeIn(level)[0] ?? '',
    message: codeIn(message)[0] ?? '',
    members: codeIn(members),
  }));
}

/** The members that any event can have. */
export function documentedMembers(): string[] {
  return rowsOf('Member').flatMap(([name]) => codeIn(name));
}

/** The cells of the table whose first column has this name. */
function rowsOf(firstColumn: string): string[][] {
  const lines = textOf(DOCUMENT)
    .split('\n')
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));
  const start = lines.findIndex(([, first]) => first === firstColumn);
  if (start === -1) throw new Error(`${DOCUMENT} has no table that begins with ${firstColumn}`);
  const end = lines.findIndex(({ length }, i) => i > start && length === 1);
  return lines.slice(start + 2, end).map((cells) => cells.slice(1, -1));
}

function codeIn(cell = ''): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}
