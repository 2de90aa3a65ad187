// Keep every writer waiting: the owners' versions move, and the stamp is held.
MERGE (store:Store {name: 'graphmem'})
SET store.name = 'graphmem'
WITH store
MATCH (o:Owner)
WITH o ORDER BY o.uid
SET o.version = o.version + 1
