"""What the rules say of themselves: their pages, published labels, the bureau's own word lists."""
