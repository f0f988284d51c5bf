/**
 * Bytes on a connection, exactly as written, and everything that comes back.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Express } from 'express';

/**
 * What is answered until the server ends the connection. One that is kept open is over soon: whoever
 * asks waits for its end, not for a time.
 *
 * @param isOver - Whether the client says that nothing more will come.
 */
export async function exchange(app: Express, bytes: string, isOver = false): Promise<string> {
  const server = createServer((req, res) => void app(req, res));
  server.keepAliveTimeout = 50;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let text = '';
  socket.setEncoding('latin1').on('data', (data: string) => (text += data));
  socket.on('error', () => undefined);
  if (isOver) socket.end(bytes, 'latin1');
  else socket.write(bytes, 'latin1');
  await once(socket, 'close');
  server.close();
  return text;
}

/** The status of every answer. */
export function statusesIn(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}
