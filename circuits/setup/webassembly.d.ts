/** The part of the WebAssembly interface used here: TypeScript keeps it in the browser's library, which this project leaves out. */
declare namespace WebAssembly {
  class Module {
    private readonly brand: 'module'
    constructor(bytes: Uint8Array)
  }
  class Memory {
    readonly buffer: ArrayBuffer
    constructor(descriptor: { readonly initial: number; readonly maximum?: number })
    grow(pages: number): number
  }
  class Instance {
    readonly exports: Readonly<Record<string, unknown>>
    constructor(module: Module, imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>)
  }
}
