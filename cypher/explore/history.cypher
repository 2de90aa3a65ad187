// What happened to a memory, from its first writing on: every change, when, and which fact brought it about. Some of
// its words choose it.
// :param {tenant: 'default', owner: 'user:alex', words: 'black coffee'}
// params: tenant, owner, words
MATCH (u:Owner {tenant: $tenant, name: $owner})
MATCH (m:Memory) WHERE m.owner_uid = u.uid AND NOT m:Turn AND toLower(m.text) CONTAINS toLower($words)
WITH m ORDER BY m.valid_from DESC, m.id LIMIT 10
MATCH (c:Change) WHERE c.memory_uid = m.uid
RETURN m.id AS memory, c.at AS at, c.event AS event, c.text AS text, c.previous AS previous,
  [(newer:Memory)-[:SUPERSEDES]->(m) WHERE newer.id = c.by | newer.text] AS by
ORDER BY memory, c.seq
