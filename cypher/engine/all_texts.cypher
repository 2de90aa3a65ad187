// Memories of any tenant by uid, with their tenants.
// params: uids
// slots: item
MATCH (m:Memory) WHERE m.uid IN $uids
RETURN {item}, m.tenant
