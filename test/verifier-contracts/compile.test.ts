/** The compiled contracts: forge's settings, sizes, and an interface whose every refusal is tested. */
import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compilerSettings } from '../../verifier-contracts/compile.ts'
import { compileContracts } from '../../verifier-contracts/index.ts'

const folder = fileURLToPath(new URL('../../verifier-contracts', import.meta.url))
/** EIP-170. */
const LARGEST_CODE = 24_576

describe('the compiled contracts', () => {
  it('have the settings that forge tests them with', async () => {
    const toml = await readFile(join(folder, 'foundry.toml'), 'utf8')
    const setting = (name: string) => new RegExp(`^${name} = "?([^"\n]+)"?$`, 'm').exec(toml)?.[1]
    assert.equal(setting('evm_version'), compilerSettings.evmVersion)
    assert.equal(setting('optimizer'), String(compilerSettings.optimizer.enabled))
    assert.equal(setting('optimizer_runs'), String(compilerSettings.optimizer.runs))
    assert.equal(setting('bytecode_hash'), compilerSettings.metadata.bytecodeHash)
    assert.equal(setting('cbor_metadata'), String(compilerSettings.metadata.appendCBOR))
  })

  it('fit the chain', async () => {
    for (const [name, { bytecode }] of Object.entries(await compileContracts())) {
      assert.ok((bytecode.length - 2) / 2 <= LARGEST_CODE, name)
    }
  })

  it('refuse to be made from sources that do not compile', async () => {
    const sources = { 'src/Broken.sol': 'pragma solidity 0.8.37; contract Broken { uint256 x = ; }' }
    await assert.rejects(compileContracts({ sources }), /ParserError/)
  })

  it('have a test for every error of their interfaces', async () => {
    const tests = await sources(join(folder, 'test'), '.t.sol')
    const declared = (await sources(join(folder, 'src/interfaces'), '.sol')).matchAll(/^\s*error (\w+)\(/gm)
    const names = [...declared].map(([, name]) => name!)
    assert.ok(names.length > 40)
    assert.deepEqual(
      names.filter((name) => !tests.includes(`.${name}.selector`)),
      [],
    )
  })
})

async function sources(path: string, end: string): Promise<string> {
  const names = (await readdir(path)).filter((name) => name.endsWith(end))
  return (await Promise.all(names.map((name) => readFile(join(path, name), 'utf8')))).join('\n')
}
