/** How a text report marks things: the identity where there is no colour. */
export interface Style {
  readonly error: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly note: (text: string) => string;
  readonly title: (text: string) => string;
  readonly lock: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
}

const same = (text: string): string => text;

export const PLAIN: Style = {
  error: same,
  warning: same,
  note: same,
  title: same,
  lock: same,
  dim: same,
  good: same,
};
