"""What a product needs to follow Trustkeep: the gate, and signed instructions."""

from trustkeep_client.gate import Gate, GateClosed, Passage
from trustkeep_client.webhooks import Instruction, SignatureRefused, confirm, read, report

__all__ = [
    "Gate",
    "GateClosed",
    "Instruction",
    "Passage",
    "SignatureRefused",
    "confirm",
    "read",
    "report",
]
