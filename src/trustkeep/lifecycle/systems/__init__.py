"""Connected systems: the company's own product and its vendors, told to lock and to erase.

`ports` is what a connector has to offer, `delivery` what the engine calls, `actions` and `queries`
what the staff does and sees. Every instruction to every system is a row of its own, so that one
system never holds up another, and a killed process loses nothing.
"""
