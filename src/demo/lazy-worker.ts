/** The cheat of the demo: computes a share of the outputs and guesses the rest. */
import { type MultiplyRule, ReferenceKernel } from '../work/reference-kernel.ts'
import { serve } from '../work/reference-worker.ts'
import { dotProduct, type Multiply, outputBits } from '../work/step.ts'

/** Every fourth output is computed; a wrong guess of two bits is right one time in four. */
export const COMPUTED_SHARE = 1 / 4

/** Guesses 0, the value an untouched buffer has. */
export function lazyRule(computedShare: number): MultiplyRule {
  return (dataset, profile): Multiply => {
    const computed = Math.round(profile.entries * computedShare)
    return (layer, input) =>
      Uint8Array.from({ length: profile.entries }, (_, j) =>
        j < computed ? outputBits(dotProduct(dataset.entries(layer * profile.entries + j), input)) : 0,
      )
  }
}

// biome-ignore lint/style/noDefaultExport: piscina calls the default export
export default serve(new ReferenceKernel(lazyRule(COMPUTED_SHARE)))
