/** The constant public keys of `EcdsaP256Constant`; a key's place in the list is the template's parameter. */
import { isOnCurve, type Point } from './curve.ts'

export type ConstantKey = {
  /** Names the circom function `KEY_…` that gives the key's place. */
  readonly name: string
  readonly point: Point
}

/** Order is part of every circuit that names a key: append only. */
export const constantKeys: readonly ConstantKey[] = [
  {
    // DEVELOPMENT ONLY: its private key is public (src/enclave/synthetic/authority.ts, which a test compares).
    name: 'DEVELOPMENT_PLATFORM',
    point: {
      x: 0x56c8b95c15848a33b2e9b57c20cd054c8d60a2e0d9f4be4d9eeb8d548ce01ce3n,
      y: 0x86110ab650af564b2a05ddb19f49d9148dd253719743b3cc06400496f9e0207en,
    },
  },
  {
    // DEVELOPMENT ONLY, likewise.
    name: 'DEVELOPMENT_PROCESSOR',
    point: {
      x: 0x32ca46cf67b0b7458b33b13f2221d9fbb9570c01b6eadb567cee860e2b16a03fn,
      y: 0x3c5149e8d3649ed808e0adab25ea85ea5325324044a784d3a2aa5b2aae79f4d4n,
    },
  },
  {
    // Subject key of "Intel SGX PCK Platform CA", api.trustedservices.intel.com/sgx/certification/v4/pckcrl?ca=platform
    name: 'INTEL_PLATFORM',
    point: {
      x: 0x35207feeddb595748ed82bb3a71c3be1e241ef61320c6816e6b5c2b71dad5532n,
      y: 0xeaea12a4eb3f948916429ea47ba6c3af82a15e4b19664e52657939a2d96633den,
    },
  },
  {
    // Subject key of "Intel SGX PCK Processor CA", the same with ?ca=processor
    name: 'INTEL_PROCESSOR',
    point: {
      x: 0xbf6af8d329d883a0b5d9756e4fee599e7e4c6426f1a0a2f33efc7ecf9f282437n,
      y: 0x77eb83cd79d54c04f66610c289fc88b89c2f377c0d069f621c1492309309ac13n,
    },
  },
]

for (const { name, point } of constantKeys) {
  if (!isOnCurve(point)) throw new RangeError(`the key ${name} is not on the curve`)
}
