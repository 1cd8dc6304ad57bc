"""What came back: which issued paper a file is, whether it is still that paper, and who signed it."""
