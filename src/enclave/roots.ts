/** The roots that evidence must lead to, and the names that the vendors' certificates bear. */

/** SHA-256 of a root's subject public key info, hex. */
type KeyHash = string

export type Trust = {
  readonly name: 'production' | 'development'
  readonly intel: ReadonlySet<KeyHash>
  /** Common names: which certificate of the one root may vouch for platforms, and which for collateral. */
  readonly intelNames: {
    readonly pck: string
    readonly pckAuthorities: { readonly platform: string; readonly processor: string }
    readonly tcbSigning: string
  }
  /** AMD's root keys, one a generation. */
  readonly amd: ReadonlyMap<KeyHash, SnpProduct>
  readonly nvidia: ReadonlySet<KeyHash>
  /** Of NVIDIA's reference manifests. */
  readonly nvidiaManifests: ReadonlySet<KeyHash>
}

export const snpProducts = ['Milan', 'Genoa', 'Turin'] as const
export type SnpProduct = (typeof snpProducts)[number]

/** The vendors' own: Intel SGX Root CA, AMD's ARKs, NVIDIA Device Identity CA and CoRIM signing Root CA. */
export const productionTrust: Trust = {
  name: 'production',
  intel: new Set(['a0af031289f5d5d4132f9186068a7fc13628633ba235777472e29b6b6c67a49e']),
  intelNames: {
    pck: 'Intel SGX PCK Certificate',
    pckAuthorities: { platform: 'Intel SGX PCK Platform CA', processor: 'Intel SGX PCK Processor CA' },
    tcbSigning: 'Intel SGX TCB Signing',
  },
  amd: new Map([
    ['9f056bee44377e29308cb5ffa895bdfb62d18881fa6bed8d6f075b0204089cb9', 'Milan'],
    ['429a69c9422aa258ee4d8db5fcda9c6470ef15f8cd5a9cebd6cbc7d90b863831', 'Genoa'],
    ['4f125410563a2ab9a50356f9243f6fe0b6f73de98603f53f90339c70e9d7ad08', 'Turin'],
  ]),
  nvidia: new Set(['a90c4eb5acfd3e3d03a25db6a26b84f720ad0503196c627c21ddd48dd85b06a4']),
  nvidiaManifests: new Set(['dec1dc316477aa851eebdf51327ae9f864bc8d89254657ed1e7eb9168af1e1a3']),
}
