// Drives the second generation of the npm package `mem0ai`, whose names are snake_case and whose routes are the first
// (`api_version: "v1"`, its default) and the second.

import assert from "node:assert/strict";
import { check, installed, run } from "./report.mjs";

const { MEM0_HOST: host, MEM0_API_KEY: apiKey, SPARE_API_KEY: spareKey } = process.env;
const mem0 = await installed("mem0ai-2.1");
const { MemoryClient } = mem0;

const NOBODY = "00000000-0000-4000-8000-000000000000";
const HOOK = "https://example.com/hook";
const SCHEMA = {
  type: "object",
  properties: { hobbies: { type: "array", items: { type: "string" }, description: "What they like to do" } },
};
const DIET = [
  { role: "user", content: "I'm a vegetarian and allergic to nuts." },
  { role: "assistant", content: "Got it! I'll remember your dietary preferences." },
];

const client = new MemoryClient({ apiKey, host });
const spare = new MemoryClient({ apiKey: spareKey, host });
await client.ping();
await spare.ping();

const user = (content) => [{ role: "user", content }];
const told = async (text, options, whose = client) =>
  (await whose.add(user(text), { infer: false, output_format: "v1.1", ...options })).results[0].id;
const texts = async (options, whose = client) => (await whose.getAll(options)).map((one) => one.memory).sort();

check("constructor", async () => {
  assert.throws(() => new MemoryClient({ apiKey: "" }), /required/);
});

check("ping", async () => {
  const other = new MemoryClient({ apiKey, host });
  await other.ping();
  assert.ok(other.organizationId && other.projectId);
});

check("add", async () => {
  const [answer] = await client.add(DIET, { user_id: "add" });
  assert.ok(answer.event_id && answer.message);
  assert.equal(answer.status, "SUCCEEDED");
  assert.ok((await texts({ user_id: "add" })).includes("I'm a vegetarian and allergic to nuts."));
  const { results } = await client.add(user("I live in Oslo."), { user_id: "add", output_format: "v1.1" });
  assert.equal(results[0].memory, "I live in Oslo.");
  await assert.rejects(client.add(DIET), /user_id/);
  return "answers when it is done: `status` is `SUCCEEDED`, and `results` says what became of each memory";
});

check("search", async () => {
  await client.add(DIET, { user_id: "search" });
  const first = await client.search("What are my dietary restrictions?", { user_id: "search", top_k: 1 });
  assert.deepEqual(first.map((hit) => hit.memory), ["I'm a vegetarian and allergic to nuts."]);
  const filters = { AND: [{ user_id: "search" }] };
  const second = await client.search("What are my dietary restrictions?", { api_version: "v2", filters });
  assert.equal(second[0].memory, "I'm a vegetarian and allergic to nuts.");
  assert.ok(second[0].score >= 0.3);
});

check("getAll", async () => {
  for (const number of [0, 1, 2]) await told(`Note ${number}.`, { user_id: "pages" });
  assert.deepEqual(await texts({ user_id: "pages" }), ["Note 0.", "Note 1.", "Note 2."]);
  const page = await client.getAll({ user_id: "pages", page: 1, page_size: 2 });
  assert.deepEqual([page.count, page.results.length], [3, 2]);
  assert.equal((await texts({ api_version: "v2", filters: { user_id: "pages" } })).length, 3);
});

check("get", async () => {
  const id = await told("I play chess.", { user_id: "get" });
  assert.equal((await client.get(id)).memory, "I play chess.");
  await assert.rejects(client.get(NOBODY), /no memory/);
});

check("update", async () => {
  const id = await told("I play chess.", { user_id: "update" });
  await client.update(id, { text: "I play go.", metadata: { via: "mail" } });
  const found = await client.get(id);
  assert.deepEqual([found.memory, found.metadata], ["I play go.", { via: "mail" }]);
});

check("delete", async () => {
  const id = await told("I play chess.", { user_id: "delete" });
  await client.delete(id);
  await assert.rejects(client.get(id), /no memory/);
});

check("deleteAll", async () => {
  await told("I go.", { user_id: "goes" });
  await told("I stay.", { user_id: "stays" });
  await client.deleteAll({ user_id: "goes" });
  await assert.rejects(client.deleteAll(), /nothing was deleted/);
  assert.deepEqual([await texts({ user_id: "goes" }), await texts({ user_id: "stays" })], [[], ["I stay."]]);
});

check("history", async () => {
  const id = await told("I play chess.", { user_id: "history" });
  await client.update(id, { text: "I play go." });
  assert.deepEqual((await client.history(id)).map((row) => [row.event, row.old_memory, row.new_memory]), [
    ["ADD", null, "I play chess."],
    ["UPDATE", "I play chess.", "I play go."],
  ]);
});

check("batchUpdate", async () => {
  const memoryId = await told("Old.", { user_id: "batch" });
  await client.batchUpdate([{ memoryId, text: "New." }]);
  assert.deepEqual(await texts({ user_id: "batch" }), ["New."]);
});

check("batchDelete", async () => {
  const id = await told("Old.", { user_id: "batch gone" });
  await client.batchDelete([id]);
  await assert.rejects(client.get(id), /no memory/);
});

check("users", async () => {
  await told("I am here.", { user_id: "whose" });
  const found = (await client.users()).results.find((one) => one.name === "whose");
  assert.deepEqual([found.type, found.total_memories], ["user", 1]);
});

check("deleteUser", async () => {
  await told("I am here.", { user_id: "numbered" });
  const { id } = (await client.users()).results.find((one) => one.name === "numbered");
  await client.deleteUser({ entity_id: id, entity_type: "user" });
  assert.deepEqual(await texts({ user_id: "numbered" }), []);
});

check("deleteUsers", async () => {
  await told("I am here.", { user_id: "gone" });
  await client.deleteUsers({ user_id: "gone" });
  assert.deepEqual(await texts({ user_id: "gone" }), []);
  await told("I am here.", { user_id: "one" }, spare);
  await spare.deleteUsers();
  assert.deepEqual((await spare.users()).results, []);
});

check("getProject", async () => {
  assert.ok("custom_categories" in (await client.getProject({ fields: ["custom_categories"] })));
});

check("updateProject", async () => {
  await client.updateProject({ custom_instructions: "Be brief." });
  assert.equal((await client.getProject({ fields: [] })).custom_instructions, "Be brief.");
  return "instructions are kept, but nothing follows them: facts are extracted by rules";
});

const hook = async (name) =>
  client.createWebhook({ name, url: HOOK, eventTypes: ["memory_add"], projectId: client.projectId });
const hooks = () => client.getWebhooks({ projectId: client.projectId });

check("createWebhook", async () => {
  assert.equal((await hook("created")).name, "created");
});

check("getWebhooks", async () => {
  const { webhook_id } = await hook("listed");
  assert.ok((await hooks()).some((one) => one.webhook_id === webhook_id));
});

check("updateWebhook", async () => {
  const { webhook_id } = await hook("before");
  const changed = { name: "after", url: HOOK, eventTypes: ["memory_delete"], projectId: client.projectId };
  await client.updateWebhook({ webhookId: webhook_id, ...changed });
  assert.equal((await hooks()).find((one) => one.webhook_id === webhook_id).name, "after");
});

check("deleteWebhook", async () => {
  const { webhook_id } = await hook("gone");
  await client.deleteWebhook({ webhookId: webhook_id });
  assert.ok(!(await hooks()).some((one) => one.webhook_id === webhook_id));
});

check("feedback", async () => {
  const memory_id = await told("I play chess.", { user_id: "feedback" });
  assert.equal((await client.feedback({ memory_id, feedback: "POSITIVE" })).feedback, "POSITIVE");
  return "it is kept, but the ranking does not look at it";
});

check("createMemoryExport", async () => {
  assert.ok((await client.createMemoryExport({ schema: SCHEMA, filters: { user_id: "export" } })).id);
});

check("getMemoryExport", async () => {
  await client.add(user("I love to paint. My favorite hobby is chess."), { user_id: "exported" });
  await client.createMemoryExport({ schema: SCHEMA, filters: { user_id: "exported" } });
  const found = await client.getMemoryExport({ filters: { user_id: "exported" } });
  assert.ok(found.hobbies.some((text) => text.includes("chess")));
  return "filled by rules from what is stored: no language model writes it";
});

await run(MemoryClient, mem0.version);
