// The links among memories.
// params: uids
MATCH (m:Memory)-[l:DERIVED_FROM|SUPERSEDES]->(t:Memory) WHERE m.uid IN $uids AND t.uid IN $uids
RETURN type(l), m.id, t.id
