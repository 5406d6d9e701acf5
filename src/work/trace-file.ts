/** x */
export const readTrace: any = 0; export const writeTrace: any = 0
