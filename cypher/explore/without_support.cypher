// Facts that rest on no raw turn: documents and notes that were stored word for word, which are their own source, and
// any whose turns are gone. Of a fact that extraction made, that is a fault; `graphmem doctor` counts those.
// :param {tenant: 'default', owner: 'org:aurora-audio'}
// params: tenant, owner
MATCH (u:Owner {tenant: $tenant, name: $owner})
MATCH (m:Memory) WHERE m.owner_uid = u.uid AND NOT m:Turn AND NOT EXISTS { (m)-[:DERIVED_FROM]->() }
RETURN m.layer AS layer, m.text AS fact, m.sources = [m.id] AS verbatim, m.created_at AS written
ORDER BY verbatim, m.created_at DESC, m.id LIMIT 200
