/**
 * What clients and people have in their hands. A failover takes none of it away.
 */
import type { AuditEvent } from '../../lib/operations/audit-events.ts';
import type { Browser, Pkce } from '../support/flow.ts';
import type { Registration } from '../support/management.ts';

/** An authorization request: its page, and the code that came of it. */
export interface HeldPage {
  /** Of the page, and of the grant that it may become. */
  readonly number: number;
  readonly client: number;
  readonly scope: string;
  readonly askedAt: number;
  readonly grantId: string;
  readonly url: string;
  readonly browser: Browser;
  readonly pkce: Pkce;
  code?: string;
  /** By generation. */
  readonly tokens: string[];
}

export interface HeldAccess {
  readonly page: HeldPage;
  readonly value: string;
  readonly scope: string;
  readonly ends: number;
}

export class Held {
  readonly clients: Registration[] = [];
  readonly pages: HeldPage[] = [];
  readonly access: HeldAccess[] = [];

  clientAt(client: number): Registration {
    const registration = this.clients[client];
    if (!registration) throw new Error('no such client');
    return registration;
  }

  /** The nth of the youngest; it begins again after the oldest. */
  page(nth: number, which: (page: HeldPage) => boolean = () => true): HeldPage | undefined {
    return youngest(this.pages.filter(which), nth);
  }

  client(nth: number): number {
    return nth % this.clients.length;
  }

  /** An event in one line, with numbers for ids. */
  told({ name, by, grant_id, client_id }: AuditEvent): string {
    const page = this.pages.find(({ grantId }) => grantId === grant_id);
    const client = this.clients.findIndex((one) => one.client_id === client_id);
    return eventOf(name, by, page ? page.number : `client ${String(client)}`);
  }
}

export function youngest<Item>(items: readonly Item[], nth: number): Item | undefined {
  return items.at(-1 - (nth % Math.max(items.length, 1)));
}

/** @param whom - The number of a grant, or which client. */
export function eventOf(name: AuditEvent['name'], by: string, whom: number | string): string {
  return `${name} by ${by}: ${String(whom)}`;
}
