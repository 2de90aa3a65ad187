// Indexes of the graph that cannot be used.
SHOW INDEXES YIELD name, state, labelsOrTypes
WHERE state <> 'ONLINE' AND any(label IN labelsOrTypes
  WHERE label IN ['Memory', 'Entity', 'Owner', 'Session', 'Change', 'Store', 'Migration'])
RETURN name
