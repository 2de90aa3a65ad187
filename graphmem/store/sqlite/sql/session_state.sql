-- Where a session stands.
-- params: owner, session_id
SELECT ifnull(max(memory.position), -1),
  (SELECT last_activity FROM session WHERE session.owner = :owner AND session.id = :session_id)
FROM memory
WHERE memory.owner = :owner AND memory.session_id IS :session_id AND memory.position IS NOT NULL
