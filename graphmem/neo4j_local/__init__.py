"""A Neo4j server of one's own on this machine: no Docker, no Java to install, no administrator's rights.

`LocalServer().start()` fetches Neo4j Community once, starts it on 127.0.0.1 and waits until it answers;
`credentials(url)` finds the password of such a server. Nothing here knows of memories.
"""

from graphmem.neo4j_local.places import USER, credentials
from graphmem.neo4j_local.server import VERSION, LocalServer, Status

__all__ = ["USER", "VERSION", "LocalServer", "Status", "credentials"]
