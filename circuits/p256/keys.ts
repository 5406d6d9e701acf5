/** The constant public keys of `EcdsaP256Constant`; a key's place in the list is the template's parameter. */
import { createHash } from 'node:crypto'
import { basePoint, isOnCurve, multiply, n, type Point } from './curve.ts'

export type ConstantKey = {
  /** Names the circom function `KEY_…` that gives the key's place. */
  readonly name: string
  readonly point: Point
}

/**
 * Stands in for the vendor's certificate authority on development chains.
 *
 * DEVELOPMENT ONLY: the secret is the hash of a text in a public repository, so anyone can sign with it.
 */
const secret = BigInt(`0x${createHash('sha256').update('pocps development authority').digest('hex')}`) % n
export const developmentKey: { readonly secret: bigint; readonly point: Point } = {
  secret,
  point: multiply(secret, basePoint)!,
}

/** Order is part of every circuit that names a key: append only. */
export const constantKeys: readonly ConstantKey[] = [
  { name: 'DEVELOPMENT', point: developmentKey.point },
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
