// Facts that gave way to newer ones, as a table: what was believed, until when, what replaced it, and in whose words.
// :param {tenant: 'default', owner: 'user:alex'}
// params: tenant, owner
MATCH (u:Owner {tenant: $tenant, name: $owner})
MATCH (older:Memory) WHERE older.owner_uid = u.uid AND older.superseded_by IS NOT NULL
WITH older ORDER BY older.valid_to DESC, older.id LIMIT 50
MATCH (newer:Memory)-[:SUPERSEDES]->(older)
RETURN older.text AS was, date(older.valid_from) AS since, date(older.valid_to) AS until, newer.text AS became,
  COLLECT { MATCH (newer)-[:DERIVED_FROM]->(t:Turn) RETURN coalesce(t.name, t.role) + ': ' + t.text LIMIT 3 } AS said
