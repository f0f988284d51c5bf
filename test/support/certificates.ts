/**
 * Certificates for servers of the tests and their clients, from an authority that is made for the run.
 *
 * @module
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import forge from 'node-forge';

const HOUR_MS = 3_600_000;

/** A certificate and its key, in PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface Authority {
  /** Its own certificate, in PEM. */
  readonly ca: string;
  /**
   * For a server on the loopback interface or for a client; good for a day, or no longer.
   *
   * @param hosts - Names that it is for beside.
   */
  issue(name: string, validity?: 'valid' | 'expired', hosts?: readonly string[]): Certificate;
}

export function createAuthority(): Authority {
  const subject = [{ shortName: 'CN', value: 'Authority of a test run' }];
  const keys = createKeys();
  const certificate = createCertificate(subject, subject, keys.publicKey, 24);
  certificate.setExtensions([{ name: 'basicConstraints', cA: true, critical: true }]);
  certificate.sign(keys.privateKey, forge.md.sha256.create());
  return {
    ca: forge.pki.certificateToPem(certificate),
    issue(name, validity = 'valid', hosts = []) {
      const own = createKeys();
      const hours = validity === 'valid' ? 24 : -1;
      const issued = createCertificate(
        [{ shortName: 'CN', value: name }],
        subject,
        own.publicKey,
        hours,
      );
      issued.setExtensions([
        { name: 'basicConstraints', cA: false },
        { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
        {
          name: 'subjectAltName',
          altNames: [
            { type: 2, value: 'localhost' },
            { type: 7, ip: '127.0.0.1' },
            ...hosts.map((value) => ({ type: 2, value })),
          ],
        },
      ]);
      issued.sign(keys.privateKey, forge.md.sha256.create());
      return { cert: forge.pki.certificateToPem(issued), key: own.pem };
    },
  };
}

/** Node makes keys in a tenth of the time. */
function createKeys() {
  const pem = generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs1', format: 'pem' })
    .toString();
  const privateKey = forge.pki.privateKeyFromPem(pem);
  return { pem, privateKey, publicKey: forge.pki.setRsaPublicKey(privateKey.n, privateKey.e) };
}

/** Begins two days ago, for clocks that differ and for those that have expired. */
function createCertificate(
  subject: forge.pki.CertificateField[],
  issuer: forge.pki.CertificateField[],
  publicKey: forge.pki.rsa.PublicKey,
  hours: number,
): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = publicKey;
  // Positive, as RFC 5280 section 4.1.2.2 asks.
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
  certificate.validity.notBefore = new Date(Date.now() - 48 * HOUR_MS);
  certificate.validity.notAfter = new Date(Date.now() + hours * HOUR_MS);
  certificate.setSubject(subject);
  certificate.setIssuer(issuer);
  return certificate;
}
