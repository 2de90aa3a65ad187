// The last turns of a session, newest first.
// params: session, n
// slots: item
MATCH (m:Memory) WHERE m.session_uid = $session AND m.position IS NOT NULL
WITH m ORDER BY m.position DESC, m.id DESC LIMIT $n
RETURN {item}
