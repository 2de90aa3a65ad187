import MemoryClient from 'mem0ai';
const client = new MemoryClient({ apiKey: 'your-api-key' });

const messages = [
    {"role": "user", "content": "I'm a vegetarian and allergic to nuts."},
    {"role": "assistant", "content": "Got it! I'll remember your dietary preferences."}
];
await client.add(messages, { user_id: "user123" });

const results = await client.search("What are my dietary restrictions?", { filters: { user_id: "user123" } });
console.log(results);
