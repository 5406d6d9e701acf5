/** The only door to the prover and the runner. */
export { type ArtifactStore, fileArtifacts, type ProverFiles, pinnedArtifacts } from './artifacts.ts'
export * from './errors.ts'
export { buildNativeProver, buildNativeRunner, type NativeBuild, type NativeBuildOptions } from './native-build.ts'
export { createNativeRunner, type NativeRunnerOptions } from './native-runner.ts'
export { createProver, type ProverOptions } from './pool.ts'
export type * from './prover.ts'
export type * from './runner.ts'
