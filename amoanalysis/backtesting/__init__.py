"""Rolling-origin back-tests: forecasts made from past vintages, compared with actuals."""
