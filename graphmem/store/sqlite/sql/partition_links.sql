-- The provenance of, and from, those memories of an owner that changed.
-- params: owner, since
SELECT link.source, link.target FROM memory JOIN link ON link.source = memory.no
WHERE memory.owner = :owner AND memory.stamp > :since AND link.type = 'DERIVED_FROM'
UNION
SELECT link.source, link.target FROM memory JOIN link ON link.target = memory.no
WHERE memory.owner = :owner AND memory.stamp > :since AND link.type = 'DERIVED_FROM'
