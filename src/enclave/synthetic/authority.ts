/** The development authority: a root, two PCK authorities and a TCB signer whose keys everybody knows. */
import { parseCertificate } from '../certificate.ts'
import type { Trust } from '../roots.ts'
import { ecCertificateKey, type Issuer, writeCertificate } from './certificate-writer.ts'
import { deriveBytes, deriveKey, type SigningKey } from './keys.ts'

export type AuthorityCertificate = Issuer & { readonly key: SigningKey; readonly der: Buffer }

const SEED = 'development authority'

/**
 * x || y of the key that signs synthetic PCK certificates of the platform kind: a constant of the development circuits. Its
 * private key follows from this file, so whoever trusts it trusts everybody. A test derives it anew.
 */
export const DEVELOPMENT_PLATFORM_CA_KEY =
  '56c8b95c15848a33b2e9b57c20cd054c8d60a2e0d9f4be4d9eeb8d548ce01ce386110ab650af564b2a05ddb19f49d9148dd253719743b3cc06400496f9e0207e'
/** The same of the processor kind. */
export const DEVELOPMENT_PROCESSOR_CA_KEY =
  '32ca46cf67b0b7458b33b13f2221d9fbb9570c01b6eadb567cee860e2b16a03f3c5149e8d3649ed808e0adab25ea85ea5325324044a784d3a2aa5b2aae79f4d4'

/** No host, and as many letters as Intel's. */
const LISTS = 'https://revocations.pocps-dev.invalid'
const ROOT_LIST = `${LISTS}/PocpsSGXRootCA.der`

export const revocationUrl = (kind: 'platform' | 'processor') =>
  `${LISTS}/sgx/certification/v4/pckcrl?ca=${kind}&encoding=der`

const root = certify('Pocps SGX Root CA', 'root', { pathLength: 1, until: '2049-12-31T23:59:59Z' })
const platform = certify('Pocps SGX PCK Platform CA', 'platform', { pathLength: 0, until: '2039-12-31T23:59:59Z' })
const processor = certify('Pocps SGX PCK Processor CA', 'processor', { pathLength: 0, until: '2039-12-31T23:59:59Z' })
const tcbSigner = certify('Pocps SGX TCB Signing', 'tcb signing', { until: '2039-12-31T23:59:59Z' })

export const developmentAuthority = { root, platform, processor, tcbSigner } as const

/** Takes synthetic evidence for genuine, and nothing that is. */
export const developmentTrust: Trust = {
  name: 'development',
  intel: new Set([parseCertificate(root.der).keyHash]),
  intelNames: {
    pck: 'Pocps SGX PCK Certificate',
    pckAuthorities: { platform: platform.commonName, processor: processor.commonName },
    tcbSigning: tcbSigner.commonName,
  },
  amd: new Map(),
  nvidia: new Set(),
  nvidiaManifests: new Set(),
}

function certify(
  commonName: string,
  label: string,
  { pathLength, until }: { pathLength?: number; until: string },
): AuthorityCertificate {
  const key = deriveKey(SEED, label)
  const signer = ecCertificateKey(key)
  // The root is its own issuer, and is made first.
  const issuer: Issuer = label === 'root' ? { commonName, signer } : root
  const der = writeCertificate(
    {
      subject: commonName,
      key: signer,
      serial: deriveBytes(SEED, `serial of ${label}`, 20),
      notBefore: new Date('2024-01-01T00:00:00Z'),
      notAfter: new Date(until),
      revocationUrl: ROOT_LIST,
      ...(pathLength !== undefined && { authority: { pathLength } }),
    },
    issuer,
  )
  return { commonName, key, signer, der }
}
