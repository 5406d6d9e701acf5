/** The twin's own `#[test]` functions, run by noir_js. */
import { compileTests, type NoirTest, noirTests } from '../../circuits/noir/unit-tests.ts'

describe("the Noir library's own tests", () => {
  const tests = noirTests()
  let run: (test: NoirTest) => Promise<void>

  before(async () => {
    run = await compileTests(tests)
  })

  for (const test of tests) {
    it(`${test.module}: ${test.name.replaceAll('_', ' ')}`, () => run(test))
  }
})
