// The memories that a caller sees.
// params: owners
// slots: seen, item
MATCH (m:Memory) WHERE m.owner_uid IN $owners AND {seen}
RETURN {item}, m.uid
