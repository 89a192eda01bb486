/** What `explain` tells of a rule beyond its line in the table of rules. Texts are paragraphs with blank lines between. */
export interface Page {
  /** What the rule says, in the words of whoever writes the driver. */
  readonly meaning: string;
  /** How it comes to a deadlock, or to whatever else goes wrong. */
  readonly why: string;
  /** The policy under which the examples are analysed. */
  readonly policy: string;
  /** A manifest with the problem: YAML that a test analyses. */
  readonly bad: string;
  /** The same manifest, mended. */
  readonly good: string;
  /** What was mended. */
  readonly mended: string;
  /** What the kernel prints when it happens, cut to what tells this rule from others. */
  readonly lockdep: string;
  /** Where it is reported although nothing can go wrong, and what to say in the manifest then. */
  readonly falseAlarms: string;
}
