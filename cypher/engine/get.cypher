// Memories by uid.
// params: uids
// slots: item
MATCH (m:Memory) WHERE m.uid IN $uids
RETURN {item}
