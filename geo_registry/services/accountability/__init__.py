"""What everybody can be held to: history, undo, secrecy, attachments, search."""
