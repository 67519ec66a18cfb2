"""What the product is measured against; `make bench` prints it."""
