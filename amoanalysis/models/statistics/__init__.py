"""Statistical tools shared by the models."""
