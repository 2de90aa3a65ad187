// What report.py is for the drivers in JavaScript: checks, each of one method of a client, and a line of JSON for what
// became of each.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const checks = new Map();
const tell = (facts) => process.stdout.write(`${JSON.stringify(facts)}\n`);

/** Register what looks at one method, under the method's name. */
export const check = (name, look) => checks.set(name, look);

/** What a call says that must fail with this very kind of error. */
export const refused = async (kind, call) => {
  const error = await call().then(
    (answer) => assert.fail(`${kind.name} was expected, not ${JSON.stringify(answer)}`),
    (reason) => reason,
  );
  if (error.constructor !== kind) throw error;
  return error.message;
};

/** A package that is installed in the working folder, and its version. */
export const installed = async (name) => {
  const folder = createRequire(`${process.cwd()}/`).resolve(name).replace(/dist.*$/, "");
  const { version } = JSON.parse(readFileSync(`${folder}package.json`, "utf8"));
  return { ...(await import(pathToFileURL(`${folder}dist/index.mjs`))), version };
};

/** Look at each method of a class, and tell about it. */
export const run = async (kind, version) => {
  const methods = Object.getOwnPropertyNames(kind.prototype).filter((name) => !name.startsWith("_"));
  tell({ version, methods });
  for (const [method, look] of checks) {
    try {
      tell({ method, ok: true, differs: (await look()) ?? "" });
    } catch (error) {
      tell({ method, ok: false, error: error.stack });
    }
  }
};
