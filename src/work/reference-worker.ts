/** Piscina's entry for the reference runner: calls arrive as data and results leave as data, never as a thrown class. */
import type { MessagePort } from 'node:worker_threads'
import {
  type KernelInput,
  type Opening,
  type OpenRequest,
  ProverError,
  type ProverErrorCode,
  type RunRequest,
  type RunResult,
} from '../../prover/index.ts'
import { ReferenceKernel } from './reference-kernel.ts'

export type Call =
  | { readonly method: 'datasetRoot'; readonly request: KernelInput }
  | { readonly method: 'run'; readonly request: RunRequest; readonly progress?: MessagePort }
  | { readonly method: 'open'; readonly request: OpenRequest }

export type Answer =
  | { readonly ok: true; readonly value: bigint | RunResult | Opening }
  | { readonly ok: false; readonly code: ProverErrorCode; readonly message: string }

/** Answers calls with one kernel, which keeps its datasets between calls. */
export function serve(kernel: ReferenceKernel): (call: Call) => Promise<Answer> {
  const answer = async (call: Call) => {
    switch (call.method) {
      case 'datasetRoot':
        return kernel.datasetRoot(call.request)
      case 'run':
        return kernel.run(call.request, (progress) => call.progress?.postMessage(progress))
      case 'open':
        return kernel.open(call.request)
    }
  }
  return async (call) => {
    try {
      return { ok: true, value: await answer(call) }
    } catch (error) {
      const code = error instanceof ProverError ? error.code : 'INTERNAL'
      return { ok: false, code, message: error instanceof Error ? error.message : String(error) }
    }
  }
}

// biome-ignore lint/style/noDefaultExport: piscina calls the default export
export default serve(new ReferenceKernel())
