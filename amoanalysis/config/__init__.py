"""What is declared: places, origins of the data, assumptions, scenarios, programme and texts."""
