// Remove those of these entities that no memory names and no relation touches; how many.
// params: entities
UNWIND $entities AS uid
MATCH (e:Entity {uid: uid}) WHERE NOT EXISTS { (e)--() }
DELETE e
RETURN count(*)
