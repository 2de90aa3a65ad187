-- The last turns of a session, newest first.
-- params: tenant, owner, session_id, n
-- slots: columns
SELECT {columns} FROM memory
WHERE memory.owner = (SELECT no FROM owner WHERE tenant = :tenant AND name = :owner)
  AND memory.session_id IS :session_id AND memory.position IS NOT NULL
ORDER BY memory.position DESC, memory.id DESC LIMIT :n
