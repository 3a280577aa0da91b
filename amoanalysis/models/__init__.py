"""Models: pure functions of arrays, assumptions and draws; no input or output, no plotting."""
