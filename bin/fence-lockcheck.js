#!/usr/bin/env node
import { setFlagsFromString } from "node:v8";

// Most runs end before optimised code pays for its compilation (measured over the shipped manifests: half the time).
// Only what runs really often is worth it.
setFlagsFromString("--interrupt-budget=5000000");

const { main } = await import("../dist/cli/main.js");
await main(process.argv.slice(2));
