/** The shape of an error with a code: each family of errors has a table of its codes. */

/** Every code with whether the same call may succeed later, and what it means. `src/errors.md` repeats these tables. */
export type CodeTable<Code extends string = string> = Readonly<
  Record<Code, { readonly retryable: boolean; readonly meaning: string }>
>

export abstract class CodedError<Code extends string> extends Error {
  readonly code: Code
  /** True when the same call may succeed later. */
  readonly retryable: boolean

  constructor(table: CodeTable<Code>, code: Code, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.retryable = table[code].retryable
  }
}
