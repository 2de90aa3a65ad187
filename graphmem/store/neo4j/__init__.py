"""The store on a Neo4j server: the memory graph as native nodes and relationships, for people who explore it."""

from graphmem.store.neo4j.store import Neo4jStore

__all__ = ["Neo4jStore"]
