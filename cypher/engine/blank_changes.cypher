// Take the words out of the history of memories; of how many lines.
// params: memories
UNWIND $memories AS uid
MATCH (c:Change {memory_uid: uid}) WHERE c.text IS NOT NULL OR c.previous IS NOT NULL
REMOVE c.text, c.previous
RETURN count(c)
