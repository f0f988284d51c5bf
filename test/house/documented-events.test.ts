import { describe, expect, it } from '@jest/globals';
import { AUDIT_EVENTS } from '../../lib/operations/audit-events.ts';
import { documentedEvents, documentedMembers } from '../support/documented-events.ts';
import { textOf } from './files.ts';

describe('docs/audit-events.md', () => {
  const interfaceOfEvent = /^export interface AuditEvent \{\n([\s\S]*?)^\}/m.exec(
    textOf('lib/operations/audit-events.ts'),
  )?.[1];
  const members = [...(interfaceOfEvent ?? '').matchAll(/^ {2}readonly (\w+)\??:/gm)].map(
    ([, name = '']) => name,
  );

  it('has every event there is, in order, with its level and its message', () => {
    const documented = documentedEvents().map(({ name, level, message }) => [
      name,
      { level, message },
    ]);
    expect(documented).toEqual(Object.entries(AUDIT_EVENTS));
  });

  it('has every member there is, in order, and no other', () => {
    expect(members).toContain('client_id');
    expect(documentedMembers()).toEqual(members);
  });

  it('names for an event only members that there are', () => {
    const named = documentedEvents().flatMap((event) => event.members);
    expect(named).toContain('reason');
    expect(named.filter((name) => !members.includes(name))).toEqual([]);
  });
});
