"""Tables of a data folder turned into the arrays of the models, one module a model."""
