/** Synthetic evidence for tests: of Intel's kinds from `src/enclave/synthetic`, of AMD's and NVIDIA's from beside this file. */
export { developmentAuthority, developmentTrust } from '../../src/enclave/synthetic/authority.ts'
export { syntheticCollateral } from '../../src/enclave/synthetic/collateral.ts'
export { syntheticPlatform } from '../../src/enclave/synthetic/platform.ts'
export { syntheticQuote } from '../../src/enclave/synthetic/quote.ts'
export { type GpuRequest, gpuDeviceKey, gpuTrust, gpuVersions, syntheticGpu } from './gpu-pki.ts'
export { manifestContent, signedManifest, syntheticManifest } from './manifest-pki.ts'
export { type SnpRequest, snpAuthority, syntheticSnp } from './snp-pki.ts'
