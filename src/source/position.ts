/** A place in an input text. Lines and columns count from 1, as editors and compilers do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A place in a named input. */
export interface FilePosition extends Position {
  readonly file: string;
}
