/** The thread that multiplies generators (piscina entry). */
import { FixedBase, type GroupIndex, type KernelCode } from './fixed-base.ts'

export type MultiplyTask = {
  readonly kernel: KernelCode
  readonly group: GroupIndex
  readonly scalars: Uint8Array
  readonly window: number
}

export type MultiplyResult = { readonly points: Uint8Array; readonly uncompressed: Uint8Array }

let fixedBase: FixedBase | undefined

// biome-ignore lint/style/noDefaultExport: piscina calls a worker's default export.
export default function multiply({ kernel, group, scalars, window }: MultiplyTask): MultiplyResult {
  fixedBase ??= new FixedBase(kernel)
  return fixedBase.multiply(group, scalars, window)
}
