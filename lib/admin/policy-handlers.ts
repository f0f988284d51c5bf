/**
 * The page about the policy, and trying metadata against it.
 *
 * @module
 */
import type { Request, Router } from 'express';
import { formOf, readBody } from '../http/body.ts';
import { step } from '../http/step.ts';
import type { Clients } from '../services/clients.ts';
import type { Effective } from '../services/effective-policy.ts';
import type { Variables } from './explained-scopes.ts';
import { sendAdminPage, type AdminFrame } from './page.ts';
import { policyPage, type Trial } from './policy-page.ts';

export interface PolicyHandlersDeps extends Effective {
  /** The resources that there are, with those that the app named in its code. */
  readonly resources: () => readonly string[];
  readonly clients: Pick<Clients, 'explainMetadata' | 'registration'>;
  readonly variables: Variables;
  readonly frameOf: (req: Request) => AdminFrame;
}

export function mountPolicy(router: Router, deps: PolicyHandlersDeps): void {
  const { clients, settings, scopePolicy, resources, variables, frameOf } = deps;
  const data = (req: Request) => ({
    ...{ base: req.baseUrl, variables },
    effective: { settings: { ...settings, resources: resources() }, scopePolicy },
    registration: clients.registration(),
  });
  router.get('/policy', function showPolicy(req, res) {
    sendAdminPage(res, frameOf(req), policyPage(data(req)));
  });
  router.post(
    '/policy',
    ...readBody('application/x-www-form-urlencoded'),
    step(async function tryMetadata(req, res) {
      const trial = await tried(deps, formOf(req).get('metadata') ?? '');
      sendAdminPage(res, frameOf(req), policyPage({ ...data(req), trial }));
    }),
  );
}

async function tried({ clients }: PolicyHandlersDeps, text: string): Promise<Trial> {
  let metadata: unknown;
  try {
    metadata = JSON.parse(text);
  } catch {
    return { text, explained: 'This is not JSON.' };
  }
  return { text, explained: await clients.explainMetadata(metadata) };
}
