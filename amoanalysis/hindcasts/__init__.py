"""Past forecasts and published studies beside the model: the only code that names a mine or a municipality."""
