"""What a product needs to follow Trustkeep, and what a customer needs to use an account."""

from trustkeep_client.client import Client
from trustkeep_client.desk import Desk
from trustkeep_client.errors import Broken, Refused
from trustkeep_client.gate import Gate, GateClosed, Passage
from trustkeep_client.webhooks import Instruction, SignatureRefused, confirm, read, report

__all__ = [
    "Broken",
    "Client",
    "Desk",
    "Gate",
    "GateClosed",
    "Instruction",
    "Passage",
    "Refused",
    "SignatureRefused",
    "confirm",
    "read",
    "report",
]
