"""What customers will order, spend and be worth, and how well that was foretold."""
