// How many memories a condition chooses.
// slots: source, condition
{source}
WHERE {condition}
RETURN count(*)
