"""Multi-hop questions over documents: 2WikiMultiHopQA, HotpotQA, MuSiQue."""
