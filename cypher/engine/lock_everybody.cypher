// Keep every writer waiting: the owners' versions move, and the stamp is held; in the order in which writers lock.
MATCH (o:Owner)
WITH o ORDER BY o.uid
SET o.version = o.version + 1
WITH count(*) AS owners
MERGE (store:Store {name: 'graphmem'})
SET store.name = 'graphmem'
