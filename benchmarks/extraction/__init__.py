"""How well the default extractor reads: names and relations of documents, facts of chats, kin and first person."""
