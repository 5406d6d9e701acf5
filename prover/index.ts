/** The only door to the prover and the runner. */
export * from './errors.ts'
export type * from './prover.ts'
export type * from './runner.ts'
