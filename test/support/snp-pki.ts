/** Synthetic SEV-SNP reports under a test root. Its RSA keys and salts are random: these bytes differ from run to run. */
import { constants, generateKeyPairSync, sign } from 'node:crypto'
import { AsnConvert } from '@peculiar/asn1-schema'
import { AlgorithmIdentifier, SubjectPublicKeyInfo } from '@peculiar/asn1-x509'
import { IA5String, Integer } from 'asn1js'
import { parseCertificate } from '../../src/enclave/certificate.ts'
import type { SnpEvidence } from '../../src/enclave/evidence.ts'
import type { SnpProduct, Trust } from '../../src/enclave/roots.ts'
import { developmentTrust } from '../../src/enclave/synthetic/authority.ts'
import {
  type CertificateKey,
  ecCertificateKey,
  extension,
  type Issuer,
  writeCertificate,
} from '../../src/enclave/synthetic/certificate-writer.ts'
import { deriveBytes, deriveKey, signRaw } from '../../src/enclave/synthetic/keys.ts'

export type SnpRequest = {
  readonly reportData?: Uint8Array
  readonly version?: number
  readonly policy?: bigint
  /** The key information field: signing key in bits 2 to 4, masked key in bit 1. */
  readonly keyInformation?: number
  readonly chipId?: Buffer
  readonly reportedTcb?: Buffer
  /** What the certificate says, where it differs. */
  readonly certifiedChipId?: Buffer
  readonly productName?: string
}

export type SnpAuthority = {
  readonly product: SnpProduct
  readonly ark: Buffer
  readonly ask: Buffer
  readonly signer: Issuer
  readonly trust: Trust
}

const period = { notBefore: new Date('2024-01-01T00:00:00Z'), notAfter: new Date('2034-01-01T00:00:00Z') }
const revocationUrl = 'https://amd.pocps-dev.invalid/crl'
const AMD = '1.3.6.1.4.1.3704.1'
const PSS_SHA384 =
  '304606092a864886f70d01010a3039a00f300d06096086480165030402020500a11c301a06092a864886f70d010108300d06096086480165030402020500a203020130a303020101'
const PRODUCTION_POLICY = 0x30000n

/** Made once, since it takes seconds: the products' test roots share a key, and differ by name and trust. */
let keys: { readonly ark: CertificateKey; readonly ask: CertificateKey } | undefined

/** ARK and ASK of RSA-4096, as AMD's. */
export function snpAuthority(product: SnpProduct): SnpAuthority {
  keys ??= { ark: rsaCertificateKey(), ask: rsaCertificateKey() }
  const root = { commonName: `ARK-${product}`, signer: keys.ark }
  const signer = { commonName: `SEV-${product}`, signer: keys.ask }
  const certify = (subject: Issuer, pathLength: number, serial: number) =>
    writeCertificate(
      {
        ...{
          subject: subject.commonName,
          key: subject.signer,
          serial: Buffer.from([serial]),
          ...period,
          revocationUrl,
        },
        authority: { pathLength },
      },
      root,
    )
  const ark = certify(root, 1, 1)
  const trust: Trust = {
    ...developmentTrust,
    amd: new Map([[parseCertificate(ark).keyHash, product]]),
  }
  return { product, ark, ask: certify(signer, 0, 2), signer, trust }
}

function rsaCertificateKey(): CertificateKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 4096 })
  const padding = constants.RSA_PKCS1_PSS_PADDING
  return {
    info: AsnConvert.parse(publicKey.export({ type: 'spki', format: 'der' }), SubjectPublicKeyInfo),
    algorithm: AsnConvert.parse(Buffer.from(PSS_SHA384, 'hex'), AlgorithmIdentifier),
    sign: (message) => sign('sha384', message, { key: privateKey, padding, saltLength: 48 }),
  }
}

export function syntheticSnp(authority: SnpAuthority, request: SnpRequest = {}): SnpEvidence {
  const turin = authority.product === 'Turin'
  const chipId =
    request.chipId ?? Buffer.concat([deriveBytes('snp', 'chip', turin ? 8 : 64), Buffer.alloc(turin ? 56 : 0)])
  const tcb = request.reportedTcb ?? Buffer.from('0300000000000873', 'hex')
  const key = deriveKey('snp', 'vcek', 'P-384')
  const svn = (byte: number) => new Uint8Array(new Integer({ value: tcb[byte]! }).toBER())
  const parts: readonly (readonly [oid: string, byte: number])[] = turin
    ? [
        ['3.9', 0],
        ['3.1', 1],
        ['3.2', 2],
        ['3.3', 3],
        ['3.8', 7],
      ]
    : [
        ['3.1', 0],
        ['3.2', 1],
        ['3.3', 6],
        ['3.8', 7],
      ]
  const name = new IA5String({ value: request.productName ?? `${authority.product}-B0` })
  const vcek = writeCertificate(
    {
      ...{ subject: 'SEV-VCEK', key: ecCertificateKey(key), serial: Buffer.from([0]), ...period, revocationUrl },
      extensions: [
        extension(`${AMD}.2`, new Uint8Array(name.toBER())),
        ...parts.map(([oid, byte]) => extension(`${AMD}.${oid}`, svn(byte))),
        extension(`${AMD}.4`, request.certifiedChipId ?? chipId.subarray(0, turin ? 8 : 64)),
      ],
    },
    authority.signer,
  )
  const signed = signedPart(request, chipId, tcb)
  const signature = signRaw(key, signed)
  const half = (start: number) =>
    Buffer.concat([Buffer.from(signature.subarray(start, start + 48)).reverse(), Buffer.alloc(24)])
  const bytes = Buffer.concat([signed, half(0), half(48), Buffer.alloc(368)])
  return { kind: 'snp', bytes, certificates: [vcek, authority.ask, authority.ark] }
}

/** The fields that matter here at the places of AMD's table; the rest is zero. */
function signedPart(request: SnpRequest, chipId: Buffer, tcb: Buffer): Buffer {
  const bytes = Buffer.alloc(0x2a0)
  bytes.writeUInt32LE(request.version ?? 3, 0x00)
  bytes.writeBigUInt64LE(request.policy ?? PRODUCTION_POLICY, 0x08)
  bytes.writeUInt32LE(1, 0x34)
  for (const place of [0x38, 0x180, 0x1e0, 0x1f0]) tcb.copy(bytes, place)
  bytes.writeUInt32LE(request.keyInformation ?? 0, 0x48)
  Buffer.from(request.reportData ?? []).copy(bytes, 0x50)
  deriveBytes('snp', 'measurement', 48).copy(bytes, 0x90)
  chipId.copy(bytes, 0x1a0)
  return bytes
}
