/** Makes a fresh checkout able to run TypeScript: checks Node, installs the pinned packages once, then hands over. */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))

const OLDEST_NODE = [20, 19]

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return
  console.error(`pocps needs Node ${OLDEST_NODE.join('.')} or newer, this is ${process.versions.node}.`)
  process.exit(1)
}

/** `npm ci` when package-lock.json is not the one that was installed last. */
function install() {
  const stamp = `${root}build/stamps/install`
  const lock = createHash('sha256')
    .update(readFileSync(`${root}package-lock.json`))
    .digest('hex')
  if (existsSync(`${root}node_modules`) && existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  console.error('Installing the pinned packages (about half a minute, once) …')
  const { status, error } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (error || status !== 0) {
    console.error(
      `npm ci failed${error ? `: ${error.message}` : ` with exit code ${status}`}. Is the registry reachable?`,
    )
    process.exit(1)
  }
  mkdirSync(`${root}build/stamps`, { recursive: true })
  writeFileSync(stamp, lock)
}

/** Runs a TypeScript file of this repository, hands signals on to it and ends as it ends. */
export function hand(file, args) {
  requireNode()
  install()
  const command = ['--import', import.meta.resolve('tsx'), `${root}${file}`, ...args]
  const child = spawn(process.execPath, command, { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.once('error', (error) => {
    console.error(`cannot start ${file}: ${error.message}`)
    process.exit(1)
  })
  child.once('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code))
}
