// A conversation, turn by turn, and what was promoted from it. Open it as a graph: a chain with its facts at its side.
// :param {tenant: 'default', owner: 'user:alex', session: 'session-2-2024-02-03'}
// params: tenant, owner, session
MATCH (u:Owner {tenant: $tenant, name: $owner})
MATCH (s:Session) WHERE s.owner_uid = u.uid AND s.id = $session
MATCH (s)<-[:IN_SESSION]-(t:Turn)
WITH t ORDER BY t.position LIMIT 40
OPTIONAL MATCH next = (t)-[:NEXT]->(:Turn)
OPTIONAL MATCH promoted = (t)<-[:DERIVED_FROM]-(:Memory)
RETURN t, next, promoted
