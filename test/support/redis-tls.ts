/**
 * A Redis server that speaks TLS and nothing else, and only to clients that show a certificate.
 *
 * @module
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAuthority, type Authority, type Certificate } from './certificates.ts';
import { ask } from './redis-ask.ts';
import { startRedisProcess, type RedisProcess } from './redis-process.ts';
import { SERVER_OPTIONS } from './redis-server.ts';

/** What a client needs, in PEM. */
export interface ClientTls extends Certificate {
  readonly ca: string;
}

/** The same, as files. */
export interface ClientTlsFiles {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
}

export interface RedisTlsServer extends RedisProcess {
  readonly url: string;
  readonly authority: Authority;
  readonly tls: ClientTls;
  readonly files: ClientTlsFiles;
  /** Shows another certificate from the next connection on. */
  present(certificate: Certificate): Promise<void>;
}

export interface TlsOptions {
  readonly options?: readonly string[];
  readonly password?: string;
}

/** What a client shows. */
export function clientTls(authority: Authority): ClientTls {
  return { ca: authority.ca, ...authority.issue('client') };
}

/** What a server shows, to clients and to other servers, and whom it trusts. */
export function serverTls(authority: Authority): ClientTls {
  return { ca: authority.ca, ...authority.issue('localhost') };
}

/** Puts what a client needs beside the certificate of a server, and goes away with it. */
export async function writeClientFiles(
  { folder }: Pick<RedisProcess, 'folder'>,
  tls: ClientTls,
): Promise<ClientTlsFiles> {
  const files = {
    caFile: join(folder, 'ca.pem'),
    certFile: join(folder, 'client.pem'),
    keyFile: join(folder, 'client-key.pem'),
  };
  await writeFile(files.certFile, tls.cert);
  await writeFile(files.keyFile, tls.key, { mode: 0o600 });
  return files;
}

export async function startRedisTlsServer({
  options = [],
  password,
}: TlsOptions = {}): Promise<RedisTlsServer> {
  const authority = createAuthority();
  const tls = clientTls(authority);
  const server = await startRedisProcess({
    options: [...SERVER_OPTIONS, ...options],
    password,
    tls: serverTls(authority),
  });
  const files = await writeClientFiles(server, tls);
  return Object.assign(server, {
    url: `rediss://127.0.0.1:${String(server.port)}`,
    authority,
    tls,
    files,
    present: async ({ cert, key }: Certificate) => {
      // Redis reads both when it is told a name, so they are told together.
      const [certFile, keyFile] = [
        join(server.folder, 'next.pem'),
        join(server.folder, 'next-key.pem'),
      ];
      await writeFile(certFile, cert);
      await writeFile(keyFile, key, { mode: 0o600 });
      await ask(server, 'CONFIG', 'SET', 'tls-cert-file', certFile, 'tls-key-file', keyFile);
    },
  });
}
