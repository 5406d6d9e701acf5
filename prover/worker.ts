/** The thread that proves (piscina entry). It returns results and never throws: a class would not survive the crossing. */
import type { Backend, BackendName, ProofJob, RawProof } from './backends/backend.ts'
import { verifyProof } from './backends/verify.ts'
import { ProverError, type ProverErrorCode } from './errors.ts'

export type WorkerTask = ProofJob & { readonly backend: BackendName }

export type WorkerResult =
  | ({ readonly ok: true } & RawProof)
  | { readonly ok: false; readonly code: ProverErrorCode; readonly message: string }

const loaders: Readonly<Record<BackendName, () => Promise<{ readonly backend: Backend }>>> = {
  native: () => import('./backends/native.ts'),
  snarkjs: () => import('./backends/snarkjs.ts'),
}

// biome-ignore lint/style/noDefaultExport: piscina calls a worker's default export.
export default async function prove({ backend: name, ...job }: WorkerTask): Promise<WorkerResult> {
  try {
    const { backend } = await loaders[name]()
    const result = await backend.prove(job)
    if (!(await isValid(job, result))) {
      return { ok: false, code: 'PROOF_REJECTED', message: `a proof of ${job.circuit} did not verify` }
    }
    return { ok: true, ...result }
  } catch (error) {
    return { ok: false, ...describe(error) }
  }
}

/** A malformed proof from a backend is as useless as a false one. */
async function isValid({ artifacts }: ProofJob, { proof, publicSignals }: RawProof): Promise<boolean> {
  try {
    return await verifyProof(artifacts.verificationKey, publicSignals, proof)
  } catch (error) {
    if (error instanceof ProverError && error.code === 'BAD_PROOF') return false
    throw error
  }
}

function describe(error: unknown): { readonly code: ProverErrorCode; readonly message: string } {
  if (error instanceof ProverError) return { code: error.code, message: error.message }
  // Buffers and WebAssembly memory lie outside the heap whose exhaustion ends the thread.
  if (error instanceof RangeError && /alloc|memory|length/i.test(error.message)) {
    return { code: 'WORKER_CRASHED', message: `out of memory: ${error.message}` }
  }
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : 'not an error' }
}
