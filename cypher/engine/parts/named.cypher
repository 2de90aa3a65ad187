// The entities `e` of these `keys`, and those that go by a name in the question.
// params: ask
CALL (keys) {
  MATCH (e:Entity) WHERE e.owner_uid IN $ask.owners AND e.key IN keys
  RETURN e
  UNION
  CALL db.index.fulltext.queryNodes('entity_aliases', $ask.aliases) YIELD node AS e
  RETURN e
}
