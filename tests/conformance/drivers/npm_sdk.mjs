// Drives the npm package `mem0ai`. Two keys are in the environment: MEM0_API_KEY, and SPARE_API_KEY of a project that
// may be emptied.

import assert from "node:assert/strict";
import { check, installed, refused, run } from "./report.mjs";

const { MEM0_HOST: host, MEM0_API_KEY: apiKey, SPARE_API_KEY: spareKey } = process.env;
const mem0 = await installed("mem0ai");
const { MemoryClient, AuthenticationError, MemoryNotFoundError, ValidationError } = mem0;

const NOBODY = "00000000-0000-4000-8000-000000000000";
const HOOK = "https://example.com/hook";
const SCHEMA = {
  title: "Person",
  type: "object",
  properties: { main_hobbies: { type: "array", items: { type: "string" }, description: "What they like to do" } },
};
const DIET = [
  { role: "user", content: "I'm a vegetarian and allergic to nuts." },
  { role: "assistant", content: "Got it! I'll remember your dietary preferences." },
];

const client = new MemoryClient({ apiKey, host });
const spare = new MemoryClient({ apiKey: spareKey, host });

const told = async (text, options) => (await client.add(text, { infer: false, ...options })).results[0].id;
const texts = async (filters, whose = client) =>
  (await whose.getAll({ filters })).results.map((one) => one.memory).sort();

// ---------------------------------------------------------------- memories

check("constructor", async () => {
  assert.throws(() => new MemoryClient({ apiKey: "" }), /required/);
  await refused(AuthenticationError, () => new MemoryClient({ apiKey: "wrong", host }).users());
  const slashed = new MemoryClient({ apiKey, host: `${host}/` });
  assert.deepEqual((await slashed.getAll({ filters: { user_id: "nobody" } })).results, []);
});

check("ping", async () => {
  await client.ping();
  assert.equal(client.telemetryId, "user@localhost");
  assert.ok(client.projectId && client.organizationId);
});

check("add", async () => {
  const answer = await client.add(DIET, { userId: "add" });
  assert.equal(answer.status, "SUCCEEDED");
  assert.ok(answer.eventId);
  assert.ok(answer.results.length > 0 && answer.results.every((one) => one.id && one.memory && one.event === "ADD"));
  await client.add("I live in Oslo.", { user_id: "add text" });
  assert.deepEqual([...new Set(await texts({ user_id: "add text" }))], ["I live in Oslo."]);
  const id = await told("Verbatim.", { userId: "kept", runId: "trip", metadata: { snake_key: 1 } });
  const found = await client.get(id);
  assert.deepEqual([found.userId, found.runId, found.metadata], ["kept", "trip", { snake_key: 1 }]);
  assert.match(await refused(ValidationError, () => client.add("I live in Oslo.")), /user_id/);
  return "answers when it is done: `status` is `SUCCEEDED`, and `results` says what became of each memory";
});

check("search", async () => {
  await client.add(DIET, { userId: "search" });
  await client.add("I am allergic to cats.", { userId: "stranger" });
  for (const filters of [{ user_id: "search" }, { userId: "search" }, { AND: [{ userId: "search" }] }]) {
    const { results } = await client.search("What are my dietary restrictions?", { filters });
    assert.equal(results[0].memory, "I'm a vegetarian and allergic to nuts.");
    assert.ok(results[0].score >= 0.3 && results[0].score <= 1);
    assert.ok(results.every((hit) => hit.userId === "search"));
  }
  const one = await client.search("food?", { filters: { user_id: "search" }, topK: 1, fields: ["memory"] });
  assert.deepEqual(one.results.map((hit) => Object.keys(hit).sort()), [["id", "memory"]]);
  await refused(ValidationError, () => client.search("anything?", { filters: {} }));
});

check("getAll", async () => {
  for (const number of [0, 1, 2]) await told(`Note ${number}.`, { userId: "pages", metadata: { number } });
  const first = await client.getAll({ filters: { user_id: "pages" }, page: 1, pageSize: 2 });
  const second = await client.getAll({ filters: { userId: "pages" }, page: 2, pageSize: 2 });
  assert.deepEqual([first.count, first.results.length, second.results.length], [3, 2, 1]);
  assert.ok(first.next && !second.next && second.previous);
  const dated = { AND: [{ userId: "pages" }, { createdAt: { gte: "2020-01-01" } }, { metadata: { number: 1 } }] };
  assert.deepEqual(await texts(dated), ["Note 1."]);
});

check("get", async () => {
  const id = await told("I play chess.", { userId: "get" });
  const found = await client.get(id);
  assert.deepEqual([found.id, found.memory, found.userId], [id, "I play chess.", "get"]);
  assert.ok(found.createdAt && found.updatedAt);
  await refused(MemoryNotFoundError, () => client.get(NOBODY));
});

check("update", async () => {
  const id = await told("I play chess.", { userId: "update" });
  await client.update(id, { text: "I play go.", metadata: { via: "mail" } });
  const found = await client.get(id);
  assert.deepEqual([found.memory, found.metadata], ["I play go.", { via: "mail" }]);
  await client.update(id, { timestamp: 1700000000, expirationDate: "2020-01-01" });
  assert.match((await client.get(id)).createdAt, /^2023-11-14/);
  assert.deepEqual(await texts({ user_id: "update" }), []);
  await client.update(id, { expirationDate: null });
  assert.deepEqual(await texts({ user_id: "update" }), ["I play go."]);
  await refused(MemoryNotFoundError, () => client.update(NOBODY, { text: "I play go." }));
});

check("delete", async () => {
  const id = await told("I play chess.", { userId: "delete" });
  assert.equal((await client.delete(id)).message, "Memory deleted successfully!");
  await refused(MemoryNotFoundError, () => client.get(id));
  await refused(MemoryNotFoundError, () => client.delete(id));
  const old = (await client.add("I live in Oslo.", { userId: "moved" })).results[0].id;
  const now = (await client.add("I live in Bergen.", { userId: "moved" })).results[0].id;
  assert.equal((await client.get(old)).replacedBy, now);
  await client.delete(now, { deleteLinked: true });
  await refused(MemoryNotFoundError, () => client.get(old));
});

check("deleteAll", async () => {
  await told("I go.", { userId: "goes" });
  await told("I stay.", { userId: "stays" });
  await client.deleteAll({ userId: "goes" });
  await refused(ValidationError, () => client.deleteAll());
  await refused(ValidationError, () => client.deleteAll({ filters: { user_id: "stays" } }));
  assert.deepEqual([await texts({ user_id: "goes" }), await texts({ user_id: "stays" })], [[], ["I stay."]]);
  return "it is done when it answers; without an id it is refused";
});

check("history", async () => {
  const id = await told("I play chess.", { userId: "history" });
  await client.update(id, { text: "I play go." });
  const rows = await client.history(id);
  assert.deepEqual(
    rows.map((row) => [row.memoryId, row.event, row.oldMemory, row.newMemory]),
    [[id, "ADD", null, "I play chess."], [id, "UPDATE", "I play chess.", "I play go."]],
  );
  assert.deepEqual(rows[0].input.map((message) => message.content), ["I play chess."]);
});

check("batchUpdate", async () => {
  const kept = [await told("Note 0.", { userId: "batch" }), await told("Note 1.", { userId: "batch" })];
  const answer = await client.batchUpdate(kept.map((memoryId, number) => ({ memoryId, text: `New ${number}.` })));
  assert.equal(answer.message, "Successfully updated 2 memories");
  assert.deepEqual(await texts({ user_id: "batch" }), ["New 0.", "New 1."]);
  await refused(MemoryNotFoundError, () => client.batchUpdate([{ memoryId: NOBODY, text: "Newer." }]));
});

check("batchDelete", async () => {
  const kept = [await told("Note 0.", { userId: "gone" }), await told("Note 1.", { userId: "gone" })];
  assert.equal((await client.batchDelete([kept[0]])).message, "Successfully deleted 1 memories");
  assert.deepEqual(await texts({ user_id: "gone" }), ["Note 1."]);
  await refused(MemoryNotFoundError, () => client.batchDelete([kept[0]]));
});

// ---------------------------------------------------------------- whose

check("users", async () => {
  await told("One.", { userId: "whose", agentId: "helper", appId: "shop", runId: "walk" });
  await told("Two.", { userId: "whose" });
  const { results } = await client.users();
  const total = (type, name) => results.find((one) => one.type === type && one.name === name)?.totalMemories;
  assert.deepEqual([total("user", "whose"), total("agent", "helper"), total("run", "walk")], [2, 1, 1]);
  const page = await client.users({ page: 1, pageSize: 2 });
  assert.equal(page.results.length, 2);
  assert.ok(page.count > 2 && page.next);
});

check("deleteUser", async () => {
  await told("I am here.", { userId: "numbered" });
  const { id } = (await client.users()).results.find((one) => one.name === "numbered");
  assert.ok((await client.deleteUser({ entity_id: id, entity_type: "user" })).message);
  assert.deepEqual(await texts({ user_id: "numbered" }), []);
});

check("deleteUsers", async () => {
  for (const name of ["goes away", "a/b c%é", "left"]) await told("I am here.", { userId: name });
  await client.deleteUsers({ userId: "goes away" });
  await client.deleteUsers({ userId: "a/b c%é" });
  const names = (await client.users()).results.map((one) => one.name);
  assert.ok(names.includes("left") && !names.includes("goes away") && !names.includes("a/b c%é"));
  await spare.add("I am here.", { userId: "one", infer: false });
  await spare.add("I am here.", { agentId: "two", infer: false });
  await spare.deleteUsers();
  assert.deepEqual((await spare.users()).results, []);
  assert.deepEqual([await texts({ user_id: "*" }, spare), await texts({ agent_id: "*" }, spare)], [[], []]);
  assert.deepEqual(await texts({ user_id: "left" }), ["I am here."]);
});

check("feedback", async () => {
  const memoryId = await told("I play chess.", { userId: "feedback" });
  const given = await client.feedback({ memoryId, feedback: "POSITIVE", feedbackReason: "true" });
  assert.deepEqual([given.feedback, given.feedbackReason], ["POSITIVE", "true"]);
  assert.equal((await client.feedback({ memoryId, feedback: null })).feedback, null);
  await refused(ValidationError, () => client.feedback({ memoryId, feedback: "SO SO" }));
  await refused(MemoryNotFoundError, () => client.feedback({ memoryId: NOBODY, feedback: "POSITIVE" }));
  return "it is kept, but the ranking does not look at it";
});

// ---------------------------------------------------------------- projects and webhooks

check("getProject", async () => {
  const found = await client.getProject({ fields: ["customInstructions"] });
  assert.equal(found.projectId, client.projectId);
  assert.ok("customInstructions" in found);
});

check("updateProject", async () => {
  await client.updateProject({ customInstructions: "Be brief.", customCategories: [{ chess: "Games of chess" }] });
  const found = await client.getProject({});
  assert.equal(found.customInstructions, "Be brief.");
  assert.deepEqual(found.customCategories, [{ chess: "Games of chess" }]);
  await refused(ValidationError, () => client.updateProject({ customCategories: ["chess"] }));
  await client.updateProject({ customInstructions: "", customCategories: [] });
  return "instructions are kept, but nothing follows them: facts are extracted by rules; categories are followed";
});

const hook = (name) => client.createWebhook({ name, url: HOOK, eventTypes: ["memory_add"] });

check("createWebhook", async () => {
  const made = await hook("created");
  assert.deepEqual([made.name, made.url, made.eventTypes, made.isActive], ["created", HOOK, ["memory_add"], true]);
  const bad = { name: "bad", url: HOOK, eventTypes: ["no_such_event"] };
  await refused(ValidationError, () => client.createWebhook(bad));
});

check("getWebhooks", async () => {
  const { webhookId } = await hook("listed");
  assert.ok((await client.getWebhooks()).some((one) => one.webhookId === webhookId));
  const named = await client.getWebhooks({ projectId: client.projectId });
  assert.ok(named.some((one) => one.webhookId === webhookId));
});

check("updateWebhook", async () => {
  const { webhookId } = await hook("before");
  await client.updateWebhook({ webhookId, name: "after", eventTypes: ["memory_delete"] });
  const found = (await client.getWebhooks()).find((one) => one.webhookId === webhookId);
  assert.deepEqual([found.name, found.url, found.eventTypes], ["after", HOOK, ["memory_delete"]]);
});

check("deleteWebhook", async () => {
  const { webhookId } = await hook("gone");
  await client.deleteWebhook({ webhookId });
  assert.ok(!(await client.getWebhooks()).some((one) => one.webhookId === webhookId));
  await refused(MemoryNotFoundError, () => client.deleteWebhook({ webhookId }));
});

// ---------------------------------------------------------------- exports and profiles

check("createMemoryExport", async () => {
  const made = await client.createMemoryExport({ schema: SCHEMA, filters: { user_id: "export" } });
  assert.ok(made.id && made.message);
});

check("getMemoryExport", async () => {
  await client.add("I love to paint. My favorite hobby is chess.", { userId: "exported" });
  const { id } = await client.createMemoryExport({ schema: SCHEMA, filters: { user_id: "exported" } });
  const found = await client.getMemoryExport({ memoryExportId: id });
  assert.ok(found.mainHobbies.some((text) => text.includes("chess")));
  assert.deepEqual(await client.getMemoryExport({ filters: { user_id: "exported" } }), found);
  await refused(MemoryNotFoundError, () => client.getMemoryExport({ filters: { user_id: "never exported" } }));
  return "filled by rules from what is stored: no language model writes it";
});

const enabled = () => client.updateProfileSettings({ enabled: true, schema: SCHEMA });

check("getProfileSettings", async () => {
  await enabled();
  assert.deepEqual((await client.getProfileSettings()).entities.user.schema, SCHEMA);
});

check("updateProfileSettings", async () => {
  await client.updateProfileSettings({ enabled: true, schema: SCHEMA, customInstructions: "Be brief." });
  const found = await client.getProfileSettings();
  assert.deepEqual([found.enabled, found.entities.user.customInstructions], [true, "Be brief."]);
  await client.updateProfileSettings({ customInstructions: null });
  assert.equal((await client.getProfileSettings()).entities.user.customInstructions, null);
});

check("generateProfile", async () => {
  await enabled();
  await client.add("My favorite hobby is chess.", { userId: "profile" });
  const job = await client.generateProfile({ entityId: "profile", idempotencyKey: "once" });
  assert.deepEqual([job.operation, job.entityType, job.replayed], ["trigger", "user", false]);
  const again = await client.generateProfile({ entityId: "profile", idempotencyKey: "once" });
  assert.deepEqual([again.jobId, again.replayed], [job.jobId, true]);
});

check("getProfile", async () => {
  await enabled();
  await client.add("My favorite hobby is chess.", { userId: "profiled" });
  await client.generateProfile({ entityId: "profiled" });
  const found = await client.getProfile({ entityId: "profiled" });
  assert.deepEqual([found.status, found.entityType, found.entityId], ["succeeded", "user", "profiled"]);
  assert.ok(JSON.stringify(found.profile).includes("chess"));
  return "filled by rules from the stored facts, at the moment it is asked for";
});

check("sampleProfiles", async () => {
  await enabled();
  await client.add("My favorite hobby is chess.", { userId: "sampled" });
  const job = await client.sampleProfiles({ limit: 1 });
  assert.deepEqual([job.operation, job.sampled, job.entityIds.length], ["sample", 1, 1]);
});

check("getProfileJob", async () => {
  await enabled();
  await client.add("My favorite hobby is chess.", { userId: "job" });
  const made = await client.generateProfile({ entityId: "job" });
  for (const name of [made.jobId, made.statusUrl]) {
    const { job } = await client.getProfileJob(name);
    assert.deepEqual([job.id, job.operation, job.succeeded], [made.jobId, "trigger", 1]);
  }
});

await run(MemoryClient, mem0.version);
