// Memories with everything that is indexed, by uid.
// params: uids
// slots: record
MATCH (m:Memory) WHERE m.uid IN $uids
RETURN {record}
