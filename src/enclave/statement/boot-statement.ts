/** Public signals and witness of `enclave-boot`, from a fresh quote (circuits/enclave.md §4). */
import type { CircuitInputs } from '../../../prover/index.ts'
import type { MerkleTree } from '../../work/merkle-tree.ts'
import type { Binding } from '../binding.ts'
import type { Quote } from '../quote.ts'
import { sessionHash, windowNullifier } from '../session.ts'
import { hintFor } from './ecdsa.ts'
import { type Measurements, registersDigest } from './measurements.ts'
import { modelOf, type Platform } from './platform-leaf.ts'
import type { TcbEntries } from './tcb-entries.ts'

export type BootRequest = {
  readonly quote: Quote
  /** As it is registered, and its place in the registry's tree. */
  readonly platform: Platform
  readonly platforms: MerkleTree
  readonly position: number
  readonly tcb: TcbEntries
  readonly measurements: Measurements
  /** What the quote's report data are the hash of. */
  readonly binding: Binding
  readonly window: number
}

export type BootStatement = {
  readonly level: number
  /** In the order of circuits.json. */
  readonly publicSignals: readonly bigint[]
  readonly inputs: CircuitInputs
}

/**
 * Takes the evidence as it is: whether it is genuine, the circuit decides.
 *
 * @throws {StatementError} STATEMENT_NOT_ACCEPTED
 */
export function bootStatement(request: BootRequest): BootStatement {
  const { quote, platform, platforms, position, binding, window } = request
  const { publicKey, gpuCommitment, challenge } = binding
  const { nullifierKey } = platform
  const tcb = request.tcb.accepting(platform, quote.body.tee === 'tdx' ? quote.body.teeTcbSvn : Buffer.alloc(16))
  const measurement = request.measurements.accepting(registersDigest(quote))
  const { level } = measurement
  const publicSignals = {
    session: sessionHash({ publicKey, level, window, nullifierKey }),
    windowNullifier: windowNullifier(nullifierKey, window),
    platformRoot: platforms.root,
    tcbRoot: request.tcb.root,
    measurementRoot: request.measurements.root,
    challenge,
    window: BigInt(window),
    level: BigInt(level),
  }
  return {
    level,
    publicSignals: Object.values(publicSignals),
    inputs: {
      ...publicSignals,
      quote: [...quote.signed],
      quoteSignature: [...quote.signature],
      quoteHint: hintFor(quote.signed, quote.signature, quote.attestationKey),
      attestationKey: [...quote.attestationKey],
      model: modelOf(platform),
      pceSvn: platform.pceSvn,
      components: platform.components,
      qeSvn: platform.qeSvn,
      nullifierKey,
      platformPosition: position,
      platformPath: platforms.path(position),
      pceSvnMinimum: tcb.entry.pceSvn,
      sgxMinima: tcb.entry.components,
      tdxMinima: tcb.entry.tdxComponents,
      qeSvnMinimum: tcb.entry.qeSvn,
      tcbPosition: tcb.position,
      tcbPath: tcb.path,
      measurementPosition: measurement.position,
      measurementPath: measurement.path,
      publicKey,
      gpuCommitment,
    },
  }
}
