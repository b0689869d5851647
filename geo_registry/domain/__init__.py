"""What the registry is about: pure types and functions, metres inside, no input or output."""
