// What each failure becomes in Mem0's JavaScript client, as errors.py tells it.

import { installed } from "./report.mjs";

const { MemoryClient } = await installed("mem0ai");
const client = new MemoryClient({ apiKey: process.env.MEM0_API_KEY, host: process.env.MEM0_HOST });

const failed = (call) =>
  call().then(
    () => false,
    (error) => {
      const told = { kind: error.constructor.name, code: error.errorCode, text: error.message };
      process.stdout.write(`${JSON.stringify(told)}\n`);
      return true;
    },
  );

await client.initialized;
await failed(() => client.add("I live in Oslo."));
await failed(() => client.get("00000000-0000-4000-8000-000000000000"));
await failed(() => client.add("I live in Oslo. ".repeat(1000), { userId: "alex" }));
while (!(await failed(() => client.users())));
