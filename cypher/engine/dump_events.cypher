// Events by node.
// params: nodes
// slots: event
MATCH (c:Change) WHERE elementId(c) IN $nodes
RETURN elementId(c), {event}
