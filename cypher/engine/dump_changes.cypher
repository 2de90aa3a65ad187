// What happened to memories: the place of each event in the history, and its node.
// params: uids
MATCH (c:Change) WHERE c.memory_uid IN $uids
RETURN c.seq, elementId(c)
