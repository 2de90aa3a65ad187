// Whether the vector index covers what a search filters by.
SHOW INDEXES YIELD name, properties WHERE name = 'memory_embedding' AND 'owner_uid' IN properties
RETURN count(*) > 0
