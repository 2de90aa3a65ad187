// Who owns what a write names and what its deletions reach, so that they can be locked before anything is changed.
// params: memories, gone, entities
CALL () {
  UNWIND $memories AS uid
  MATCH (m:Memory {uid: uid})
  RETURN m.owner AS owner
  UNION
  UNWIND $gone AS uid
  MATCH (:Memory {uid: uid})-[:DERIVED_FROM|SUPERSEDES|MENTIONS]-(x)
  RETURN x.owner AS owner
  UNION
  UNWIND $entities AS uid
  MATCH (e:Entity {uid: uid})
  RETURN e.owner AS owner
}
RETURN owner
