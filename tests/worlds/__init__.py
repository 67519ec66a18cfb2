"""Stand-ins for the world outside: real servers that play their part, well or badly."""
