/** Makes keys in a process of its own, to be killed (run by setup.test.ts). */
import { buildKeyFiles } from '../../circuits/setup/build.ts'

await buildKeyFiles(JSON.parse(process.argv[2]!))
