"""What things cost, measured beside the peers in one run."""
