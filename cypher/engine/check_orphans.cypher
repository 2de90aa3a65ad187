// Entities that no memory names and no relation touches.
MATCH (e:Entity) WHERE NOT EXISTS { (e)--() }
RETURN count(*)
