-- What changed among the memories of an owner, with everything that a search looks at.
-- params: owner, since
SELECT
  memory.no, memory.id, memory.session_id, memory.position, memory.layer, memory.role, memory.pin, memory.name,
  memory.question, memory.labels, memory.expires_at, memory.valid_from, memory.valid_to, memory.event_from,
  memory.event_to, memory.superseded_by, memory.sources, memory.terms, embedding.vector,
  embedding.trigger_vector
FROM memory JOIN embedding ON embedding.memory = memory.no
WHERE memory.owner = :owner AND memory.stamp > :since
