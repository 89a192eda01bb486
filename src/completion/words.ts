/** What may follow: words to choose from, files, or both. */
export interface Values {
  readonly words: readonly string[];
  readonly files: boolean;
}

/** An option of a command. */
export interface OptionWords {
  /** `--policy`, and `-p` where there is one. */
  readonly flags: readonly string[];
  readonly description: string;
  /** What it takes; none where it stands alone. */
  readonly value?: Values;
}

/** A command with everything that a shell can complete of it. */
export interface CommandWords {
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionWords[];
  readonly values: Values;
}
