/** Thread options that let a worker be a TypeScript file, however its parent was started. */

// tsx registers its hooks on the main thread only, and `--import tsx` does nothing inside a worker of Node 20:
// the hook has to be registered there by hand. piscina adds a `workerData` array of its own unless one is given, which
// the `web-worker` package inside snarkjs then takes for its own start message.
const register = `import { register } from ${JSON.stringify(import.meta.resolve('tsx/esm/api'))}; register()`

export const typescriptWorker: { readonly execArgv: string[]; readonly workerData: object } = {
  execArgv: ['--import', `data:text/javascript,${encodeURIComponent(register)}`],
  workerData: {},
}
