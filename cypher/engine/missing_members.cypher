// Those of these pairs of a user and an organisation that MEMBER_OF does not join yet.
// params: pairs
UNWIND $pairs AS pair
WITH pair WHERE NOT EXISTS { (:Owner {uid: pair.user})-[:MEMBER_OF]->(:Owner {uid: pair.org}) }
RETURN pair.user, pair.org
