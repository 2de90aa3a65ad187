-- Nothing is stored: any embedder may be next.
UPDATE store SET embedder = NULL, dim = NULL WHERE NOT EXISTS (SELECT 1 FROM memory)
