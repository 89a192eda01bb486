import { expect, test } from "vitest";
import { wrap } from "../../src/report/wrap.js";

test("breaks at spaces, with what each line begins with", () => {
  expect(wrap("one two three four", 10, "1) ", "   ")).toEqual(["1) one two", "   three", "   four"]);
});

test("a word longer than the line stands alone, and gives up its indentation", () => {
  expect(wrap("a loooooooooong b", 10, "   ")).toEqual(["   a", "loooooooooong", "   b"]);
  expect(wrap("ninechars", 10, "   ")).toEqual([" ninechars"]);
  expect(wrap("ninechars", 10, "2) ", "   ")).toEqual(["2)", " ninechars"]);
});

test("nothing is no line", () => {
  expect(wrap("", 10, "1) ")).toEqual([]);
});
