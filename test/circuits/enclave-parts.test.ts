/** What is demanded of quoting enclaves, revocation lists and versions: vectors, refusals and forgeries. */
import assert from 'node:assert/strict'
import { parseQuote } from '../../src/enclave/quote.ts'
import { StatementError } from '../../src/enclave/statement/errors.ts'
import { halvesOf } from '../../src/enclave/statement/octets.ts'
import type { Platform } from '../../src/enclave/statement/platform-leaf.ts'
import { Revocations } from '../../src/enclave/statement/revocations.ts'
import { TcbEntries, type TcbEntry } from '../../src/enclave/statement/tcb-entries.ts'
import { syntheticPlatform } from '../../src/enclave/synthetic/platform.ts'
import { type QuoteFormat, syntheticQuote } from '../../src/enclave/synthetic/quote.ts'
import { FIELD_ORDER as r } from '../../src/work/poseidon.ts'
import { assertDetermined, assertEveryWireIsHeld, assertOneRowBreaks } from './forgery.ts'
import { Subject } from './harness.ts'

const quoteOf = (format: QuoteFormat) =>
  parseQuote(syntheticQuote(syntheticPlatform({ seed: 'parts' }), { format, reportData: Buffer.alloc(64) }))

describe('circuits: QuotingEnclave', () => {
  const subject = () =>
    Subject.template(
      'quoting-enclave',
      'enclave/quoting_enclave.circom',
      'OfOctets()',
      ['report'],
      `template OfOctets() {
    signal input report[384];
    signal output kind;
    signal output bound[2];
    component octets = Octets(384);
    octets.in <== report;
    component enclave = QuotingEnclave();
    enclave.report <== octets.out;
    kind <== enclave.kind;
    bound <== enclave.bound;
}`,
    )

  it('reads the reports of both of Intel’s quoting enclaves', async () => {
    const enclave = await subject()
    for (const [format, product] of [
      ['tdx-v4', 2n],
      ['sgx-v3', 1n],
    ] as const) {
      const { qeReport } = quoteOf(format)
      for (const mode64 of [0, 4]) {
        const report = [...qeReport.bytes].with(48, 0x11 + mode64)
        const witness = await enclave.witness({ report })
        const bound = halvesOf(qeReport.reportData.subarray(0, 32))
        assert.deepEqual(witness.slice(1, 4), [(product << 16n) + BigInt(qeReport.isvSvn), ...bound])
      }
    }
  })

  it('refuses debug, other attributes, another signer, product or padding, bit by bit', async () => {
    const enclave = await subject()
    const report = [...quoteOf('tdx-v4').qeReport.bytes]
    const free = (octet: number, bit: number) => octet === 48 && bit === 2 // 64 bit is masked
    const demanded = [16, 17, 18, 19, 48, 49, 52, 55, 128, 143, 144, 159, 256, 257, 352, 383]
    for (const octet of demanded) {
      for (const bit of [0, 1, 2, 7].filter((bit) => !free(octet, bit))) {
        const changed = report.with(octet, report[octet]! ^ (1 << bit))
        await assert.rejects(enclave.witness({ report: changed }), /Assert Failed/, `octet ${octet}, bit ${bit}`)
      }
    }
  })

  it('refuses the signer of one enclave with the product of the other', async () => {
    const enclave = await subject()
    const report = [...quoteOf('tdx-v4').qeReport.bytes]
    await assert.rejects(enclave.witness({ report: report.with(256, 1) }), /Assert Failed/)
  })

  it('admits no forged witness: the debug bit breaks a row whatever else is said', async () => {
    const enclave = await subject()
    const { system } = enclave
    const witness = await enclave.witness({ report: [...quoteOf('tdx-v4').qeReport.bytes] })
    assertEveryWireIsHeld(enclave, witness)
    const plan = assertDetermined(enclave, system.matching(/tdx\.in/))
    const debug = system.set(witness, [[system.wire('main.report[48]'), 0x13n]])
    assertOneRowBreaks(enclave, system.complete(debug, plan))
    const kind = system.matching(/tdx\.in/)[0]!
    assert.ok(system.broken(system.complete(system.set(witness, [[kind, 0n]]), plan)).length > 0)
  })
})

describe('circuits: NotRevoked', () => {
  const depth = 3
  const subject = () => Subject.template('not-revoked', 'enclave/revocation.circom', `NotRevoked(${depth})`, ['serial'])
  const revoked = [7n, 100n, (1n << 160n) - 2n]
  const list = new Revocations(revoked, depth)
  const inputs = (serial: bigint, gap = list.gapOf(serial)) => ({
    serial,
    low: gap.low,
    high: gap.high,
    position: gap.position,
    siblings: gap.path,
  })

  it('gives the root for every serial number between two neighbours', async () => {
    const notRevoked = await subject()
    for (const serial of [1n, 6n, 8n, 99n, 101n, 1n << 159n, (1n << 160n) - 1n]) {
      assert.equal((await notRevoked.witness(inputs(serial)))[1], list.root)
    }
  })

  it('has no gap for a revoked one, and refuses it in every gap', async () => {
    const notRevoked = await subject()
    for (const serial of revoked) {
      assert.throws(
        () => list.gapOf(serial),
        (error) => error instanceof StatementError && error.code === 'STATEMENT_CERTIFICATE_REVOKED',
      )
      for (const neighbour of [serial - 1n, serial + 1n]) {
        await assert.rejects(notRevoked.witness(inputs(serial, list.gapOf(neighbour))), /Assert Failed/)
      }
      await assert.rejects(notRevoked.witness(inputs(serial, list.gapOf(50n))), /Assert Failed/)
    }
    for (const serial of [0n, 1n << 160n, r - 1n]) {
      await assert.rejects(notRevoked.witness(inputs(serial, list.gapOf(1n))), /Assert Failed/)
    }
  })

  it('gives another root for neighbours that are none', async () => {
    const notRevoked = await subject()
    const gap = list.gapOf(50n)
    for (const wrong of [
      { ...gap, low: 8n },
      { ...gap, high: 99n },
      { ...gap, low: 0n },
      { ...gap, position: gap.position ^ 1 },
    ]) {
      assert.notEqual((await notRevoked.witness(inputs(50n, wrong)))[1], list.root)
    }
  })

  it('admits no forged witness: a wrapped difference breaks a row', async () => {
    const notRevoked = await subject()
    const { system } = notRevoked
    const witness = await notRevoked.witness(inputs(50n))
    assertEveryWireIsHeld(notRevoked, witness)
    const plan = assertDetermined(notRevoked)
    const wires = ['low', 'high'].map((name) => system.wire(`main.${name}`))
    // The revoked 100 as a serial number between 7 and 100, and above 100.
    const serial = system.wire('main.serial')
    assertOneRowBreaks(notRevoked, system.complete(system.set(witness, [[serial, 100n]]), plan))
    const above = system.set(witness, [
      [serial, 100n],
      [wires[0]!, 100n],
      [wires[1]!, (1n << 160n) - 2n],
    ])
    assertOneRowBreaks(notRevoked, system.complete(above, plan))
  })
})

describe('circuits: TcbEntry', () => {
  const depth = 2
  const subject = (tdx: 0 | 1) =>
    Subject.template(
      `tcb-entry-${tdx}`,
      'enclave/tcb_entry.circom',
      `OfOctets(${tdx})`,
      ['model', 'pceSvn', 'components', 'moduleVersions', 'qeSvn'],
      `template OfOctets(tdx) {
    signal input model;
    signal input pceSvn;
    signal input components[16];
    signal input moduleVersions[16];
    signal input qeSvn;
    signal input pceSvnMinimum;
    signal input sgxMinima[16];
    signal input tdxMinima[16];
    signal input qeSvnMinimum;
    signal input position;
    signal input siblings[${depth}];
    signal output root;
    component sgx = Octets(16);
    component module = Octets(16);
    sgx.in <== components;
    module.in <== moduleVersions;
    component entry = TcbEntry(tdx, ${depth});
    entry.model <== model;
    entry.pceSvn <== pceSvn;
    entry.components <== sgx.out;
    entry.moduleVersions <== module.out;
    entry.qeSvn <== qeSvn;
    entry.pceSvnMinimum <== pceSvnMinimum;
    entry.sgxMinima <== sgxMinima;
    entry.tdxMinima <== tdxMinima;
    entry.qeSvnMinimum <== qeSvnMinimum;
    entry.position <== position;
    entry.siblings <== siblings;
    root <== entry.root;
}`,
    )
  const components = Array.from({ length: 16 }, (_, i) => 10 * i)
  const fmspc = Buffer.from('00806f050000', 'hex')
  const platform: Platform = {
    attestationKey: Buffer.alloc(64),
    ...{ fmspc, pceId: Buffer.alloc(2), pceSvn: 13, components, tee: 'tdx', qeSvn: 6, nullifierKey: 0n },
  }
  const teeTcbSvn = Buffer.from([4, 1, 3, 255, ...Array<number>(12).fill(0)])
  const { pceId, tee } = platform
  const entry: TcbEntry = {
    ...{ tee, fmspc, pceId, pceSvn: 13, components, qeSvn: 6, moduleVersion: 1 },
    tdxComponents: [4, 0, 3, 255, ...Array<number>(12).fill(0)],
  }
  const other: TcbEntry = { ...entry, fmspc: Buffer.alloc(6), pceSvn: 0, components: Array<number>(16).fill(0) }
  const entries = new TcbEntries([other, entry], depth)
  const inputs = () => {
    const accepted = entries.accepting(platform, teeTcbSvn)
    return {
      model: BigInt(`0x${fmspc.toString('hex')}0000`),
      pceSvn: platform.pceSvn,
      components: [...components],
      moduleVersions: [...teeTcbSvn],
      qeSvn: platform.qeSvn,
      pceSvnMinimum: accepted.entry.pceSvn,
      sgxMinima: accepted.entry.components,
      tdxMinima: accepted.entry.tdxComponents,
      qeSvnMinimum: accepted.entry.qeSvn,
      position: accepted.position,
      siblings: accepted.path,
    }
  }

  it('gives the root for a platform at the minima and above them', async () => {
    const tcb = await subject(1)
    const least = inputs()
    assert.equal((await tcb.witness(least))[1], entries.root)
    const more = {
      ...least,
      pceSvn: 65535,
      qeSvn: 7,
      components: components.map((svn) => svn + 1),
      moduleVersions: [...teeTcbSvn].with(0, 255).with(15, 1),
    }
    assert.equal((await tcb.witness(more))[1], entries.root)
  })

  it('refuses a platform with any version one below', async () => {
    const tcb = await subject(1)
    const least = inputs()
    const lower: object[] = [{ pceSvn: 12 }, { qeSvn: 5 }]
    for (const i of [1, 2, 15]) lower.push({ components: components.with(i, components[i]! - 1) })
    for (const i of [0, 2, 3]) lower.push({ moduleVersions: [...teeTcbSvn].with(i, teeTcbSvn[i]! - 1) })
    for (const change of lower) {
      await assert.rejects(tcb.witness({ ...least, ...change }), /Assert Failed/, JSON.stringify(change))
    }
  })

  it('gives another root for another model, module version, kind of enclave, or lower minima', async () => {
    const tcb = await subject(1)
    const least = inputs()
    const changes: object[] = [
      { model: least.model + (1n << 16n) },
      { model: least.model + 1n },
      { moduleVersions: [...teeTcbSvn].with(1, 2) },
      { sgxMinima: components.with(4, 0) },
      { tdxMinima: entry.tdxComponents.with(0, 3) },
      { pceSvnMinimum: 12 },
      { qeSvnMinimum: 5 },
      { position: 0 },
    ]
    for (const change of changes) {
      assert.notEqual((await tcb.witness({ ...least, ...change }))[1], entries.root, Object.keys(change)[0])
    }
    const sgx = await subject(0)
    assert.notEqual((await sgx.witness(least))[1], entries.root)
  })

  it('refuses minima whose packed number is right but which are no octets', async () => {
    const tcb = await subject(1)
    // 256 less here and one more in the octet before is the same number.
    const sgxMinima = components
      .map(BigInt)
      .with(5, BigInt(components[5]!) - 256n)
      .with(4, BigInt(components[4]!) + 1n)
    await assert.rejects(tcb.witness({ ...inputs(), components: components.with(4, 255), sgxMinima }), /Assert Failed/)
  })

  it('admits no forged witness: every wire is held, and lower versions break a row each', async () => {
    const tcb = await subject(1)
    const { system } = tcb
    const witness = await tcb.witness(inputs())
    assertEveryWireIsHeld(tcb, witness)
    const plan = assertDetermined(tcb)
    for (const [name, value] of [
      ['pceSvn', 12n],
      ['qeSvn', 5n],
      ['components[15]', 149n],
      ['moduleVersions[0]', 3n],
    ] as const) {
      const forged = system.complete(system.set(witness, [[system.wire(`main.${name}`), value]]), plan)
      assert.equal(forged[1], entries.root)
      assertOneRowBreaks(tcb, forged)
    }
  })
})
