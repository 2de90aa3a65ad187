-- The embedder of the vectors, and the count of writes.
SELECT embedder, dim, tick FROM store
