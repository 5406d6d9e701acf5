#!/usr/bin/env node
/** `pocps`: see `pocps --help`. */
import { hand } from './bootstrap.mjs'

hand('src/cli/pocps.ts', process.argv.slice(2))
