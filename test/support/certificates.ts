import { generate } from 'selfsigned';

/** A certificate that vouches for itself, with its key; PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

const DAY_MS = 86_400_000;

/** Makes a certificate for 127.0.0.1, or for another host, or one that expired yesterday. */
export async function makeCertificate(
  kind: 'good' | 'other-host' | 'expired' = 'good',
): Promise<Certificate> {
  const now = Date.now();
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'test' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - 10 * DAY_MS),
    notAfterDate: new Date(kind === 'expired' ? now - DAY_MS : now + DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames:
          kind === 'other-host'
            ? [{ type: 2, value: 'elsewhere.example' }]
            : [{ type: 7, ip: '127.0.0.1' }],
      },
    ],
  });
  return { cert, key };
}
