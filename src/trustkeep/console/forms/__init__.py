"""What the staff types, checked before it goes down."""
