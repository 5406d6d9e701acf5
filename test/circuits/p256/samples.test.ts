/** Signatures of real Intel quotes: by the constant PCK authorities, by PCK keys and by attestation keys. */
import assert from 'node:assert/strict'
import { compile } from '../../../circuits/compile.ts'
import { constantKeys } from '../../../circuits/p256/keys.ts'
import { parseCertificate } from '../../../src/enclave/certificate.ts'
import { parseQuote } from '../../../src/enclave/quote.ts'
import { rawSignature } from '../../../src/enclave/statement/ecdsa.ts'
import { constantWitness, ecdsaHint, ecdsaWitness } from '../../../src/p256/hint.ts'
import { describeSamples, sample } from '../../enclave/samples.ts'
import { checkIdentity } from './check-identity.ts'
import { anyModel, constantModel } from './model.ts'
import { anyInputs, digestOf, integerOf, pointOf } from './signatures.ts'
import { WitnessProgram } from './witness-program.ts'

const quotes = [
  'intel-tdx/trustee_tdx_quote_4.bin',
  'intel-tdx/gotdx_cos113_quote.bin',
  'intel-tdx/automata_quotev5.bin',
  'intel-tdx/dcapqvl_tdx_quote.bin',
  'intel-sgx/dcapqvl_sgx_quote.bin',
]

const signatureOf = (message: Uint8Array, raw: Uint8Array) => ({
  digest: digestOf(message),
  r: integerOf(raw.subarray(0, 32)),
  s: integerOf(raw.subarray(32, 64)),
})

describeSamples('circuits: P-256 on real quotes', () => {
  it('proves the three signatures of each quote, identity by identity', () => {
    const authorities = new Set<string>()
    let high = 0
    for (const name of quotes) {
      const quote = parseQuote(sample(name))
      const [leaf, authority] = quote.pckChain.map(parseCertificate)
      const authorityKey = pointOf(authority!.publicKey)
      const place = constantKeys.findIndex(({ point }) => point.x === authorityKey.x && point.y === authorityKey.y)
      authorities.add(constantKeys[place]!.name)
      const byAuthority = signatureOf(leaf!.tbs, rawSignature(leaf!.signature))
      constantModel(byAuthority, constantWitness(byAuthority, place)).forEach(checkIdentity)
      const pck = pointOf(leaf!.publicKey)
      const attestation = {
        x: integerOf(quote.attestationKey.subarray(0, 32)),
        y: integerOf(quote.attestationKey.subarray(32)),
      }
      for (const [message, raw, key] of [
        [quote.qeReport.bytes, quote.qeReportSignature, pck],
        [quote.signed, quote.signature, attestation],
      ] as const) {
        const signature = signatureOf(message, raw)
        anyModel(signature, key, ecdsaWitness(signature, key)).forEach(checkIdentity)
        if (signature.s >> 255n) high += 1
      }
    }
    assert.deepEqual([...authorities].sort(), ['INTEL_PLATFORM', 'INTEL_PROCESSOR'])
    assert.ok(high > 0, 'some signature is high in s')
  })

  it('has a witness of the whole circuit for a QE report', async () => {
    const quote = parseQuote(sample(quotes[0]!))
    const key = pointOf(parseCertificate(quote.pckChain[0]).publicKey)
    const signature = signatureOf(quote.qeReport.bytes, quote.qeReportSignature)
    new WitnessProgram(await compile('p256-any')).run(anyInputs(signature, key, ecdsaHint(signature, key)))
  })
})
