/** A synthetic platform: a PCK certificate in exactly Intel's layout, and an attestation key. */
import { Boolean as AsnBoolean, Enumerated, Integer, ObjectIdentifier, OctetString, Sequence } from 'asn1js'
import { encodePem } from '../pem.ts'
import { developmentAuthority, revocationUrl } from './authority.ts'
import { ecCertificateKey, extension, writeCertificate } from './certificate-writer.ts'
import { deriveBytes, deriveKey, type SigningKey } from './keys.ts'

export type PlatformRequest = {
  /** Everything that is not given follows from it. */
  readonly seed: string
  readonly ca?: 'platform' | 'processor'
  readonly ppid?: Buffer
  readonly fmspc?: Buffer
  readonly pceId?: Buffer
  readonly pceSvn?: number
  /** 16 component SVNs. One of 128 or more makes its field a byte longer, as in real certificates. */
  readonly components?: readonly number[]
  readonly serial?: Buffer
  readonly notBefore?: Date
  readonly notAfter?: Date
}

export type SyntheticPlatform = {
  readonly seed: string
  readonly ca: 'platform' | 'processor'
  readonly pckDer: Buffer
  readonly pckKey: SigningKey
  readonly attestationKey: SigningKey
  readonly serial: Buffer
  readonly ppid: Buffer
  readonly fmspc: Buffer
  readonly pceId: Buffer
  readonly pceSvn: number
  readonly components: readonly number[]
  /** Leaf, CA and root, as quotes carry them. */
  readonly chainPem: string
}

/** Six bytes that spell no family of Intel's. */
const FMSPC = Buffer.from('\0pocps', 'latin1')
const COMPONENTS = [6, 6, 2, 2, 4, 1, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0] as const
const SGX = '1.2.840.113741.1.13.1'

export function syntheticPlatform(request: PlatformRequest): SyntheticPlatform {
  const {
    seed,
    ca = 'platform',
    fmspc = FMSPC,
    pceId = Buffer.alloc(2),
    pceSvn = 11,
    components = COMPONENTS,
  } = request
  const ppid = request.ppid ?? deriveBytes(seed, 'ppid', 16)
  const serial = request.serial ?? deriveBytes(seed, 'serial', 20)
  const pckKey = deriveKey(seed, 'pck')
  const issuer = developmentAuthority[ca]
  const platform = { ppid, fmspc, pceId, pceSvn, components, instance: deriveBytes(seed, 'instance', 16) }
  const pckDer = writeCertificate(
    {
      subject: 'Pocps SGX PCK Certificate',
      key: ecCertificateKey(pckKey),
      serial,
      notBefore: request.notBefore ?? new Date('2025-01-01T00:00:00Z'),
      notAfter: request.notAfter ?? new Date('2032-01-01T00:00:00Z'),
      revocationUrl: revocationUrl(ca),
      extensions: [extension(SGX, sgxExtension(platform, ca))],
    },
    issuer,
  )
  const chainPem = [pckDer, issuer.der, developmentAuthority.root.der].map(encodePem).join('')
  const attestationKey = deriveKey(seed, 'attestation')
  return { seed, ca, pckDer, pckKey, attestationKey, serial, ppid, fmspc, pceId, pceSvn, components, chainPem }
}

type Field = Integer | OctetString | Enumerated | AsnBoolean | Sequence

function sgxExtension(
  platform: {
    ppid: Buffer
    fmspc: Buffer
    pceId: Buffer
    pceSvn: number
    components: readonly number[]
    instance: Buffer
  },
  ca: 'platform' | 'processor',
): Buffer {
  const field = (id: string, value: Field) =>
    new Sequence({ value: [new ObjectIdentifier({ value: `${SGX}.${id}` }), value] })
  const octets = (of: Uint8Array) => new OctetString({ valueHex: new Uint8Array(of) })
  const whole = (value: number) => new Integer({ value })
  const tcb = new Sequence({
    value: [
      ...platform.components.map((svn, i) => field(`2.${i + 1}`, whole(svn))),
      field('2.17', whole(platform.pceSvn)),
      field('2.18', octets(Buffer.from(platform.components))),
    ],
  })
  const configuration = new Sequence({
    value: [true, false, true].map((value, i) => field(`7.${i + 1}`, new AsnBoolean({ value }))),
  })
  // Only multi-package platforms have an instance and a configuration; type 1 is scalable, 0 standard.
  const multiPackage = [field('6', octets(platform.instance)), field('7', configuration)]
  const fields = new Sequence({
    value: [
      field('1', octets(platform.ppid)),
      field('2', tcb),
      field('3', octets(platform.pceId)),
      field('4', octets(platform.fmspc)),
      field('5', new Enumerated({ value: ca === 'platform' ? 1 : 0 })),
      ...(ca === 'platform' ? multiPackage : []),
    ],
  })
  return Buffer.from(fields.toBER())
}
