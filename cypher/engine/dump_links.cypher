// The links that start at memories, and the uid of each one's end.
// params: uids
MATCH (m:Memory)-[l:DERIVED_FROM|SUPERSEDES]->(t:Memory) WHERE m.uid IN $uids
RETURN type(l), m.id, t.id, t.uid
