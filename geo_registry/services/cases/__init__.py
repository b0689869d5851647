"""Cases from lead to closure, their papers and parties, and inspection rounds."""
