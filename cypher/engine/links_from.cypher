// What stays and is joined by DERIVED_FROM to memories that go: the turns that they rest on (`rests`), and the facts
// that rest on them.
// params: memories
UNWIND $memories AS uid
MATCH (m:Memory {uid: uid})-[l:DERIVED_FROM]-(x:Memory) WHERE NOT x.uid IN $memories
RETURN startNode(l) = m AS rests, m.id, x.id, x.owner
