import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { registerClient } from './support/client.ts';
import { arrival, comeToConsent, press } from './support/person.ts';
import { useStage } from './support/use-stage.ts';

const stage = useStage();

describe("a client on the person's own device", () => {
  it.each(['127.0.0.1', 'localhost'])('hears from the browser at %s, on its port', async (host) => {
    const listener = createServer((_req, res) => res.end('You can close this window.'));
    listener.listen(0, host);
    await once(listener, 'listening');
    try {
      const { port } = listener.address() as AddressInfo;
      const ask = await registerClient(stage.url, { redirect_uri: `http://${host}/callback` });
      const redirect_uri = `http://${host}:${String(port)}/callback`;
      const asking = ask({ redirect_uri });
      const page = await stage.visit();
      await comeToConsent(page, asking.url);
      await press(page, 'Allow');
      const back = await arrival(page, redirect_uri);
      expect((await asking.redeem(back)).status).toBe(200);
    } finally {
      listener.close();
      listener.closeAllConnections();
    }
  });

  it('is opened by a scheme of its own', async () => {
    const redirect_uri = 'cursor://anysphere.cursor-mcp/oauth/callback';
    const asking = (await registerClient(stage.url, { redirect_uri }))();
    const page = await stage.visit();
    await comeToConsent(page, asking.url);
    // No app is there to be opened; that the browser sets out for it is what counts.
    const [request] = await Promise.all([page.waitForRequest(/^cursor:/), press(page, 'Allow')]);
    expect(request.isNavigationRequest()).toBe(true);
    expect(new URL(request.url()).searchParams.get('state')).toBe(asking.state);
    expect((await asking.redeem(request.url())).status).toBe(200);
  });
});
