"""Labour supply: participation, unemployment, education and commuting."""
