/** `npm test`: everything, from a fresh checkout. */
import { hand } from '../src/cli/bootstrap.mjs'

hand('test/run.ts', process.argv.slice(2))
