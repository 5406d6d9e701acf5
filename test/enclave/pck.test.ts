/** The SGX extension of a PCK certificate is read whole, or the certificate is refused. */
import assert from 'node:assert/strict'
import { Integer, ObjectIdentifier, OctetString, Sequence } from 'asn1js'
import { parseCertificate } from '../../src/enclave/certificate.ts'
import { readPck } from '../../src/enclave/pck.ts'
import { ecCertificateKey, extension, writeCertificate } from '../../src/enclave/synthetic/certificate-writer.ts'
import { deriveKey } from '../../src/enclave/synthetic/keys.ts'
import { developmentAuthority, syntheticPlatform } from '../support/enclave-pki.ts'
import { refuses } from './refusals.ts'

const SGX = '1.2.840.113741.1.13.1'
type Value = Integer | OctetString | Sequence

const field = (id: string, value: Value) =>
  new Sequence({ value: [new ObjectIdentifier({ value: `${SGX}.${id}` }), value] })
const octets = (length: number) => new OctetString({ valueHex: new Uint8Array(length).fill(7) })
const whole = (value: number) => new Integer({ value })

/** The fields that Intel writes, some replaced or (null) left out. */
function extensionWith(change: Readonly<Record<string, Value | null>> = {}): Uint8Array {
  const tcb: Record<string, Value | null> = { '2.17': whole(11), '2.18': octets(16) }
  for (let i = 1; i <= 16; i++) tcb[`2.${i}`] = whole(i)
  const part = (fields: Record<string, Value | null>) =>
    Object.entries(fields).flatMap(([id, value]) => {
      const used = change[id] === undefined ? value : change[id]
      return used ? [field(id, used)] : []
    })
  const whole5 = {
    '1': octets(16),
    '2': new Sequence({ value: part(tcb) }),
    '3': octets(2),
    '4': octets(6),
    '5': whole(1),
  }
  return new Uint8Array(new Sequence({ value: part(whole5) }).toBER())
}

function read(sgx: Uint8Array) {
  const key = ecCertificateKey(deriveKey('pck', 'leaf'))
  const [notBefore, notAfter] = [new Date('2026-01-01T00:00:00Z'), new Date('2027-01-01T00:00:00Z')]
  const der = writeCertificate(
    {
      ...{ subject: 'leaf', key, serial: Buffer.from([1]), notBefore, notAfter },
      revocationUrl: 'https://pck.pocps-dev.invalid',
      extensions: [extension(SGX, sgx)],
    },
    developmentAuthority.platform,
  )
  return readPck(parseCertificate(der))
}

describe('a PCK certificate', () => {
  it('says who and how up to date its platform is', () => {
    const { components, pceSvn, fmspc, platformInstanceId } = read(extensionWith())
    assert.deepEqual(components, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16])
    assert.deepEqual([pceSvn, fmspc.length, platformInstanceId], [11, 6, undefined])
  })

  it('is refused when a field is absent, too long or short, out of range, or of another type', () => {
    const changes: Readonly<Record<string, Value | null>>[] = [
      ...['1', '2', '3', '4', '5', '2.1', '2.16', '2.17', '2.18'].map((id) => ({ [id]: null })),
      ...[15, 17, 0].map((length) => ({ '1': octets(length) })),
      ...['3', '4', '2.18'].map((id) => ({ [id]: octets(5) })),
      ...[256, -1, 2 ** 40].map((value) => ({ '2.3': whole(value) })),
      { '2.17': whole(0x10000) },
      { '5': whole(3) },
      { '1': whole(5) },
      { '2': octets(40) },
      { '2.5': octets(1) },
    ]
    for (const change of changes) {
      refuses('CERTIFICATE_MALFORMED', () => read(extensionWith(change)), Object.keys(change).join())
    }
  })

  it('is refused when a field occurs twice, or the extension is not there, not DER, or nested without end', () => {
    const once = extensionWith()
    const twice = new Sequence({ value: [field('1', octets(16)), field('1', octets(16))] })
    refuses('CERTIFICATE_MALFORMED', () => read(new Uint8Array(twice.toBER())))
    refuses('CERTIFICATE_MALFORMED', () => read(Buffer.concat([once, Buffer.alloc(1)])))
    refuses('CERTIFICATE_MALFORMED', () => read(once.subarray(0, -1)))
    refuses('CERTIFICATE_MALFORMED', () => read(Buffer.alloc(5000, '3080', 'hex')))
    refuses('CERTIFICATE_MALFORMED', () => readPck(parseCertificate(developmentAuthority.platform.der)))
  })

  it('is read once and remembered', () => {
    const certificate = parseCertificate(syntheticPlatform({ seed: 'remembered' }).pckDer)
    assert.equal(readPck(certificate), readPck(certificate))
  })
})
