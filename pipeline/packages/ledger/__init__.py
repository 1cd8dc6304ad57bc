"""What was issued, sent, returned and verified; nothing that was issued is changed silently."""
