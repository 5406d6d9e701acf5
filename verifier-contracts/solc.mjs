#!/usr/bin/env node
// Lets forge use npm's solc: answers the two questions that forge asks a native compiler.
import { existsSync, readFileSync, writeSync } from 'node:fs'
import { resolve } from 'node:path'
import solc from 'solc'

const options = process.argv.slice(2)

/** Folders in which an import that the input does not carry may be found. */
function searchPaths() {
  const named = options.flatMap((option, i) =>
    option === '--base-path' || option === '--include-path' ? [options[i + 1] ?? '.'] : [],
  )
  return [...named, process.cwd()]
}

function readImport(path) {
  const file = searchPaths()
    .map((folder) => resolve(folder, path))
    .find(existsSync)
  return file ? { contents: readFileSync(file, 'utf8') } : { error: `not found: ${path}` }
}

/** A pipe takes only part of a large answer at once, and says EAGAIN when it is full. */
function writeAll(text) {
  const bytes = Buffer.from(text)
  for (let offset = 0; offset < bytes.length; ) {
    try {
      offset += writeSync(1, bytes, offset)
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error
    }
  }
}

if (options.includes('--version')) {
  // forge reads the version as a native build's; the code is the same, compiled to WebAssembly.
  writeAll(
    `solc, the solidity compiler commandline interface\nVersion: ${solc.version().replace('Emscripten.clang', 'Linux.g++')}\n`,
  )
} else if (options.includes('--standard-json')) {
  writeAll(solc.compile(readFileSync(0, 'utf8'), { import: readImport }))
} else {
  process.stderr.write(`solc.mjs answers --version and --standard-json, not: ${options.join(' ')}\n`)
  process.exitCode = 1
}
