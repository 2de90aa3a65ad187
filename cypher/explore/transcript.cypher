// A conversation as a table: who said what, and how many facts came of it.
// :param {tenant: 'default', owner: 'user:alex', session: 'session-2-2024-02-03'}
// params: tenant, owner, session
MATCH (u:Owner {tenant: $tenant, name: $owner})
MATCH (s:Session) WHERE s.owner_uid = u.uid AND s.id = $session
MATCH (s)<-[:IN_SESSION]-(t:Turn)
RETURN t.position AS turn, coalesce(t.name, t.role) AS who, t.text AS said, COUNT { (t)<-[:DERIVED_FROM]-() } AS facts
ORDER BY turn, t.id LIMIT 500
