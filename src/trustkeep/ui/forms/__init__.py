"""What is typed alike in several rooms."""
