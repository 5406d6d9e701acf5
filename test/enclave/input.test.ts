/** Evidence is found in each known form; whatever else is given is refused by code, never by accident. */
import assert from 'node:assert/strict'
import { AppraisalError } from '../../src/enclave/errors.ts'
import { parseEvidence } from '../../src/enclave/evidence.ts'
import { LARGEST_INPUT, readEvidence } from '../../src/enclave/input.ts'
import { encodePem } from '../../src/enclave/pem.ts'
import { deriveBytes } from '../../src/enclave/synthetic/keys.ts'
import { snpAuthority, syntheticGpu, syntheticPlatform, syntheticQuote, syntheticSnp } from '../support/enclave-pki.ts'
import { refuses } from './refusals.ts'

const quote = syntheticQuote(syntheticPlatform({ seed: 'input' }), { format: 'tdx-v4', reportData: Buffer.alloc(0) })
const gpu = syntheticGpu({ nonce: Buffer.alloc(32) })
const text = (value: string) => Buffer.from(value, 'utf8')
const wrapped = (value: string) => value.match(/.{1,64}/g)!.join('\r\n')

describe('input', () => {
  it('is a quote in bytes, hex, base64 and JSON', () => {
    const hex = quote.toString('hex')
    const base64 = quote.toString('base64')
    for (const form of [
      quote,
      text(hex),
      text(`0x${hex.toUpperCase()}\n`),
      text(wrapped(hex)),
      text(base64),
      text(`${wrapped(base64)}\n`),
      text(JSON.stringify({ quote: hex, event_log: '[]' })),
      text(` ${JSON.stringify({ quote: base64 })}\n`),
    ]) {
      assert.deepEqual(readEvidence(form), [{ kind: 'quote', bytes: quote }])
    }
  })

  it('is a GPU report with certificates from elsewhere, or NVIDIA’s list with its own', () => {
    const certificates = [...gpu.certificates]
    assert.deepEqual(readEvidence(text(gpu.bytes.toString('hex')), certificates), [{ ...gpu, certificates }])
    const pem = certificates.map(encodePem).join('')
    const entry = { arch: 'HOPPER', evidence: gpu.bytes.toString('base64'), certificate: text(pem).toString('base64') }
    assert.deepEqual(readEvidence(text(JSON.stringify([entry, entry]))), [gpu, gpu])
  })

  it('is an SNP report in bytes, in Azure’s wrapper, and in JSON with its certificate', () => {
    const { bytes, certificates } = syntheticSnp(snpAuthority('Genoa'))
    const evidence = { kind: 'snp', bytes, certificates }
    assert.deepEqual(readEvidence(bytes, certificates), [evidence])
    const type = Buffer.alloc(12)
    type.writeUInt32LE(2, 8)
    const hcl = Buffer.concat([text('HCLA'), Buffer.alloc(28), bytes, type, text('{"keys":[]}')])
    assert.deepEqual(readEvidence(hcl, certificates), [evidence])
    const vcek = encodePem(certificates[0]!)
    const json = JSON.stringify({ report: [...hcl], vcek, quote: { message: [] } })
    assert.deepEqual(readEvidence(text(json), certificates.slice(1)), [evidence])
    type.writeUInt32LE(4, 8)
    const other = Buffer.concat([text('HCLA'), Buffer.alloc(28), bytes, type])
    refuses('EVIDENCE_UNREADABLE', () => readEvidence(other))
    refuses('EVIDENCE_TRUNCATED', () => readEvidence(hcl.subarray(0, 1000)))
  })

  it('larger than any evidence is refused unread', () => {
    refuses('EVIDENCE_TOO_LARGE', () => readEvidence(Buffer.alloc(LARGEST_INPUT + 1)))
  })

  it('of no known form is refused, and the message names the forms', () => {
    for (const form of [
      '',
      ' \n',
      'hello',
      'abc',
      '0x',
      '{',
      '[]',
      'null',
      '{}',
      '{"quote":7}',
      '{"quote":""}',
      '[{"evidence":"AA=="}]',
      `0x${quote.toString('hex')}\n0x${quote.toString('hex')}`,
      '['.repeat(100_000),
    ]) {
      assert.throws(
        () => readEvidence(text(form)),
        (error: unknown) =>
          error instanceof AppraisalError && error.code === 'EVIDENCE_UNREADABLE' && /Known are/.test(error.message),
        form.slice(0, 40),
      )
    }
  })

  it('of random bytes, or with random bytes in it, is refused by code', () => {
    for (let i = 0; i < 2000; i++) {
      const random = deriveBytes('input', String(i), 1 + ((i * 37) % 1500))
      const bytes = i % 2 ? random : Buffer.concat([quote.subarray(0, (i * 13) % quote.length), random])
      assert.throws(() => readEvidence(bytes).map(parseEvidence), AppraisalError, `input ${i}`)
    }
  })

  it('with lengths that point nowhere is refused by code', () => {
    const places = { signature: 632, certification: 766, authData: 1218, chain: 1254 }
    for (const [name, at] of Object.entries(places)) {
      for (const value of [0, 1, 0x7fff, 0xffff]) {
        const bytes = Buffer.from(quote)
        bytes.writeUInt16LE(value, at)
        assert.throws(() => readEvidence(bytes).map(parseEvidence), AppraisalError, `${name} ${value}`)
      }
    }
  })
})
