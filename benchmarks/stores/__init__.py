"""The same work on every store: writing and searching, and on Neo4j beside the bare statements of a driver."""
