// Entities by uid, with how many memories name each.
// params: uids
// slots: entity
MATCH (e:Entity) WHERE e.uid IN $uids
RETURN {entity}, COUNT { (e)<-[:MENTIONS]-() }
