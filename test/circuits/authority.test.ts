/** The constant keys of the authorities: one list in two languages, with their fingerprints. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { constantKeys } from '../../circuits/p256/keys.ts'
import { templateDirectory } from '../../circuits/source.ts'
import { parseCertificate } from '../../src/enclave/certificate.ts'
import { parseQuote } from '../../src/enclave/quote.ts'
import { halvesOf } from '../../src/enclave/statement/octets.ts'
import { authorityHash } from '../../src/enclave/statement/platform-leaf.ts'
import { keyOf } from '../../src/enclave/statement/platform-statement.ts'
import { developmentAuthority } from '../../src/enclave/synthetic/authority.ts'
import { describeSamples, sample } from '../enclave/samples.ts'
import { assertEveryWireIsHeld } from './forgery.ts'
import { Subject } from './harness.ts'

const SPKI = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex')
const fingerprint = (key: Buffer) => createHash('sha256').update(SPKI).update(key).digest('hex')

describe('circuits: Authority', () => {
  it('has the keys of circuits/p256/keys.ts, and hashes each', async () => {
    const subject = await Subject.template(
      'authorities',
      'enclave/authority.circom',
      'Authorities()',
      ['one'],
      `template Authorities() {
    signal input one;
    signal output keys[4][4];
    signal output hashes[4];
    component authority[4];
    for (var k = 0; k < 4; k++) {
        authority[k] = Authority(k);
        hashes[k] <== authority[k].out;
        for (var part = 0; part < 4; part++) keys[k][part] <== AUTHORITY_KEY(k, part);
    }
}`,
    )
    const keys = constantKeys.map((_, i) => keyOf(i))
    const witness = await subject.witness({ one: 1 })
    assert.deepEqual(witness.slice(1, 17), keys.flatMap(halvesOf))
    assert.deepEqual(witness.slice(17, 21), keys.map(authorityHash))
    assertEveryWireIsHeld(subject, witness)
  })

  it('names the fingerprint of each key beside it', () => {
    const source = readFileSync(join(templateDirectory, 'enclave/authority.circom'), 'utf8')
    const named = [...source.matchAll(/^\/\/ {3}\d .* ([0-9a-f]{64})$/gm)].map((match) => match[1])
    assert.deepEqual(
      named,
      constantKeys.map((_, i) => fingerprint(keyOf(i))),
    )
  })

  it('gives the even places to Platform CAs: the development ones are those of the synthetic evidence', () => {
    assert.deepEqual(keyOf(0), developmentAuthority.platform.key.publicKey)
    assert.deepEqual(keyOf(1), developmentAuthority.processor.key.publicKey)
  })
})

describeSamples('circuits: Authority against Intel’s certificates', () => {
  it('has the keys of the CAs in real quotes', () => {
    for (const [place, name] of [
      [2, 'intel-tdx/automata_tdx_v4_quote.bin'],
      [3, 'intel-sgx/dcapqvl_sgx_quote.bin'],
    ] as const) {
      const ca = parseCertificate(parseQuote(sample(name)).pckChain[1])
      assert.equal(ca.keyHash, fingerprint(keyOf(place)))
    }
  })
})
