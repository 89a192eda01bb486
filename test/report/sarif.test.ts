import { readFileSync } from "node:fs";
import { Ajv } from "ajv-draft-04";
import addFormats from "ajv-formats";
import { beforeAll, describe, expect, test } from "vitest";
