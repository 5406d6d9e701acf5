/** Certificates and chains that no vendor would have made are refused, each for its own reason. */
import assert from 'node:assert/strict'
import { KeyUsage, KeyUsageFlags } from '@peculiar/asn1-x509'
import { parseCertificate } from '../../src/enclave/certificate.ts'
import { type ChainRules, verifyChain } from '../../src/enclave/chain.ts'
import { decodeCanonicalPem, decodePem, encodePem } from '../../src/enclave/pem.ts'
import {
  type CertificateRequest,
  ecCertificateKey,
  extension,
  type Issuer,
  writeCertificate,
} from '../../src/enclave/synthetic/certificate-writer.ts'
import { deriveKey } from '../../src/enclave/synthetic/keys.ts'
import { syntheticPlatform } from '../support/enclave-pki.ts'
import { refuses } from './refusals.ts'

const now = new Date('2026-03-01T00:00:00Z')
const keyOf = (name: string, curve?: 'P-384') => ecCertificateKey(deriveKey('chain', name, curve))
const issuerOf = (commonName: string): Issuer => ({ commonName, signer: keyOf(commonName) })
const KEY_USAGE = '2.5.29.15'

function certify(subject: string, issuer: string | Issuer, change: Partial<CertificateRequest> = {}): Buffer {
  const request = {
    subject,
    key: keyOf(subject),
    serial: Buffer.from([1]),
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date('2027-01-01T00:00:00Z'),
    revocationUrl: 'https://chain.pocps-dev.invalid',
    ...change,
  }
  return writeCertificate(request, typeof issuer === 'string' ? issuerOf(issuer) : issuer)
}
const authority = (pathLength: number) => ({ authority: { pathLength } })
const root = certify('root', 'root', authority(1))
const ca = certify('ca', 'root', authority(0))
const leaf = certify('leaf', 'ca')

function verify(chain: readonly Buffer[], change: Partial<ChainRules> = {}): void {
  const roots = new Set([parseCertificate(root).keyHash])
  const rules = { roots, algorithm: 'ecdsa-p256-sha256', length: chain.length, now, ...change } as const
  verifyChain(chain.map(parseCertificate), rules)
}

describe('a certificate chain', () => {
  it('from a leaf over an authority to a pinned root holds', () => {
    assert.doesNotThrow(() => verify([leaf, ca, root]))
    assert.doesNotThrow(() => verify([leaf, ca, root]), 'and again, from memory')
  })

  it('to another root is refused, even one of the same name', () => {
    const impostor: Issuer = { commonName: 'root', signer: keyOf('impostor') }
    const forged = certify('root', impostor, { key: impostor.signer, ...authority(1) })
    const forgedCa = certify('ca', impostor, authority(0))
    refuses('CERTIFICATE_UNTRUSTED', () => verify([leaf, forgedCa, forged]))
    refuses('CERTIFICATE_UNTRUSTED', () => verify([leaf, ca]))
    refuses('CERTIFICATE_CHAIN_BROKEN', () => verify([leaf, forgedCa, root]))
  })

  it('of another length is refused', () => {
    refuses('CERTIFICATE_CHAIN_BROKEN', () => verify([leaf, ca, root], { length: 4 }))
    refuses('CERTIFICATE_CHAIN_BROKEN', () => verify([], { length: 3 }))
  })

  it('out of order, or with an authority that did not issue, is refused', () => {
    const other = certify('other', 'root', authority(0))
    refuses('CERTIFICATE_CHAIN_BROKEN', () => verify([leaf, other, root]))
    refuses('CERTIFICATE_UNFIT', () => verify([ca, leaf, root]))
    // The names fit, the key does not.
    const impostor: Issuer = { commonName: 'ca', signer: keyOf('impostor') }
    refuses('CERTIFICATE_CHAIN_BROKEN', () => verify([certify('leaf', impostor), ca, root]))
  })

  it('with a signature of another key is refused, though names and key ids fit', () => {
    const honest = keyOf('ca')
    const lying: Issuer = { commonName: 'ca', signer: { ...honest, sign: keyOf('impostor').sign } }
    refuses('CERTIFICATE_BAD_SIGNATURE', () => verify([certify('leaf', lying), ca, root]))
  })

  it('is refused outside the validity of any of its certificates', () => {
    for (const [i, name] of ['leaf', 'ca', 'root'].entries()) {
      const chainWith = (change: Partial<CertificateRequest>) =>
        [leaf, ca, root].with(
          i,
          certify(name, ['ca', 'root', 'root'][i]!, { ...(i > 0 ? authority(i - 1) : {}), ...change }),
        )
      const past = chainWith({ notAfter: new Date('2026-02-28T23:59:59Z') })
      refuses('CERTIFICATE_EXPIRED', () => verify(past), name)
      const future = chainWith({ notBefore: new Date('2026-03-01T00:00:01Z') })
      refuses('CERTIFICATE_NOT_YET_VALID', () => verify(future), name)
    }
  })

  it('with a leaf that is an authority, or an authority that is none, is refused', () => {
    refuses('CERTIFICATE_UNFIT', () => verify([certify('leaf', 'ca', authority(0)), ca, root]))
    refuses('CERTIFICATE_UNFIT', () => verify([leaf, certify('ca', 'root'), root]))
  })

  it('with more authorities than one of them allows is refused', () => {
    const middle = certify('middle', 'root', authority(0))
    const lower = certify('ca', 'middle', authority(0))
    refuses('CERTIFICATE_UNFIT', () => verify([leaf, lower, middle, certify('root', 'root', authority(2))]))
    const wider = certify('middle', 'root', authority(1))
    refuses('CERTIFICATE_UNFIT', () => verify([leaf, lower, wider, root]))
    assert.doesNotThrow(() => verify([leaf, lower, wider, certify('root', 'root', authority(2))]))
  })

  it('with a critical extension that nobody here understands is refused', () => {
    const strange = certify('leaf', 'ca', { extensions: [extension('1.2.3.4', Buffer.from([5, 0]), true)] })
    refuses('CERTIFICATE_UNFIT', () => verify([strange, ca, root]))
    const harmless = certify('leaf', 'ca', { extensions: [extension('1.2.3.4', Buffer.from([5, 0]))] })
    assert.doesNotThrow(() => verify([harmless, ca, root]))
  })

  it('with another algorithm or curve than its vendor’s is refused', () => {
    refuses('CERTIFICATE_UNFIT', () => verify([leaf, ca, root], { algorithm: 'ecdsa-p384-sha384' }))
    const strong: Issuer = { commonName: 'ca', signer: keyOf('ca', 'P-384') }
    refuses('CERTIFICATE_UNFIT', () => verify([certify('leaf', strong), ca, root]))
  })
})

describe('a certificate', () => {
  it('is refused with any bit flipped', () => {
    const der = Buffer.from(leaf)
    for (let offset = 0; offset < der.length; offset++) {
      der[offset]! ^= 1 << (offset % 8)
      assert.throws(() => verify([der, ca, root]), { name: 'AppraisalError' }, `byte ${offset}`)
      der[offset]! ^= 1 << (offset % 8)
    }
  })

  it('is refused when cut, padded, empty, huge, or in another encoding', () => {
    for (const bytes of [
      leaf.subarray(0, -1),
      Buffer.concat([leaf, Buffer.alloc(1)]),
      Buffer.alloc(0),
      Buffer.alloc(9000),
    ]) {
      refuses('CERTIFICATE_MALFORMED', () => parseCertificate(bytes))
    }
    // The outer length in one byte more than needed: BER, not DER.
    const length = leaf.readUInt16BE(2)
    const long = Buffer.concat([Buffer.from([0x30, 0x83, 0, length >> 8, length & 0xff]), leaf.subarray(4)])
    refuses('CERTIFICATE_MALFORMED', () => parseCertificate(long))
  })

  it('is refused with an extension that occurs twice', () => {
    const usage = extension(KEY_USAGE, new KeyUsage(KeyUsageFlags.digitalSignature), true)
    refuses('CERTIFICATE_MALFORMED', () => parseCertificate(certify('leaf', 'ca', { extensions: [usage] })))
  })
})

describe('PEM', () => {
  const { chainPem } = syntheticPlatform({ seed: 'pem' })

  it('of a quote has one spelling', () => {
    const ders = decodeCanonicalPem(chainPem)
    assert.equal(ders.length, 3)
    for (const spelling of [
      chainPem.replaceAll('\n', '\r\n'),
      `${chainPem}\n`,
      ` ${chainPem}`,
      chainPem.slice(0, -1),
      chainPem.replace('-----\nM', '-----\n\nM'),
      chainPem.replace('CERTIFICATE-----\n-----BEGIN', 'CERTIFICATE-----\ncomment\n-----BEGIN'),
    ]) {
      refuses('CERTIFICATE_MALFORMED', () => decodeCanonicalPem(spelling))
    }
  })

  it('of a file may have text around it', () => {
    const text = `subject=…\n${chainPem.replaceAll('\n', '\r\n')}trailing`
    assert.deepEqual(decodePem(text).map(encodePem).join(''), chainPem)
  })
})
