// Relations whose memory is not there.
MATCH (:Entity)-[r]->(:Entity) WHERE NOT EXISTS { MATCH (:Memory {uid: r.memory_uid}) }
RETURN count(*)
