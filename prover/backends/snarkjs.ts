/** The proving backend that needs nothing but JavaScript: snarkjs, on the calling thread alone. */
import * as snarkjs from 'snarkjs'
import { useSingleThread } from '../../circuits/setup/curve.ts'
import type { Groth16Proof } from '../prover.ts'
import type { Backend, ProofJob, RawProof } from './backend.ts'
import { WitnessCalculator } from './witness.ts'

const calculators = new Map<string, WitnessCalculator>()

export const backend: Backend = {
  async prove({ circuit, artifacts, inputs }: ProofJob): Promise<RawProof> {
    await useSingleThread()
    const start = performance.now()
    const calculator = calculators.get(circuit) ?? new WitnessCalculator(artifacts.witnessProgram)
    calculators.set(circuit, calculator)
    const witness = calculator.calculate(inputs)
    const proving = performance.now()
    // `mem` files are read in place, so all workers share one copy of the key.
    const memory = (data: Uint8Array) => ({ type: 'mem', data }) as unknown as Uint8Array
    const { proof, publicSignals } = await snarkjs.groth16.prove(memory(artifacts.provingKey), memory(witness))
    const end = performance.now()
    return {
      proof: proof as Groth16Proof,
      publicSignals: publicSignals.map(BigInt),
      witnessMs: proving - start,
      proveMs: end - proving,
    }
  },
}
