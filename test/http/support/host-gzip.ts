import { gzipSync } from 'node:zlib';
import type { RequestHandler } from 'express';

/** What a host's compression does: whatever is answered goes out packed to who can unpack it. */
export const compressAnswers: RequestHandler = function compressAnswers(req, res, next) {
  const end = res.end.bind(res) as (body?: unknown) => typeof res;
  const accepts = /\bgzip\b/.test(req.headers['accept-encoding'] ?? '');
  res.end = ((body?: unknown) => {
    if (!accepts || (typeof body !== 'string' && !Buffer.isBuffer(body))) return end(body);
    res.removeHeader('Content-Length');
    return end((res.set('Content-Encoding', 'gzip').vary('Accept-Encoding'), gzipSync(body)));
  }) as typeof res.end;
  next();
};
