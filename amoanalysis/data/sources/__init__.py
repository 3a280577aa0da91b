"""Readers of producers' files and servers; frames keep the producers' labels."""
