// Whether the last write of one of these owners was this one.
// params: owners, token
MATCH (o:Owner) WHERE o.uid IN $owners AND o.last_write = $token
RETURN count(o) > 0
