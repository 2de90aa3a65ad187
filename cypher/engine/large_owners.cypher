// Owners of more memories than a search compares one by one.
// params: small
MATCH (o:Owner) WHERE o.memories > $small
RETURN o.uid
