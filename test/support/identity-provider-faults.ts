/** What a provider does wrong, whatever it was asked. */
import type { ServerResponse } from 'node:http';

/**
 * `hang` never answers, `stall` begins an answer and never ends it, `redirect` sends the server to the
 * canary, `huge` is JSON of 300 KB.
 */
export type ProviderFault =
  | 'hang'
  | 'stall'
  | 'unavailable'
  | 'busy'
  | 'garbage'
  | 'redirect'
  | 'huge'
  | 'reset'
  | { readonly status: number; readonly body: object };

export function failWith(fault: ProviderFault, res: ServerResponse, canary: string): void {
  const send = (status: number, type: string, body: string): void => {
    res.writeHead(status, { 'content-type': type }).end(body);
  };
  if (typeof fault === 'object') {
    send(fault.status, 'application/json', JSON.stringify(fault.body));
    return;
  }
  switch (fault) {
    case 'hang':
      return;
    case 'stall':
      res.writeHead(200, { 'content-type': 'application/json' }).write('{"is":"');
      return;
    case 'unavailable': {
      send(503, 'text/html', '<h1>out of order</h1>');
      return;
    }
    case 'busy': {
      send(429, 'application/json', '{"error":"slow_down"}');
      return;
    }
    case 'garbage': {
      send(200, 'text/html', '<html>Please sign in to the network</html>');
      return;
    }
    case 'redirect':
      res.writeHead(302, { location: canary }).end();
      return;
    case 'huge': {
      send(200, 'application/json', JSON.stringify({ is: 'x'.repeat(300 * 1024) }));
      return;
    }
    case 'reset':
      res.destroy();
  }
}
