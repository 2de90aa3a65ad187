"""Entities: are the names of one person, place or organisation one node, and those of two never?"""
