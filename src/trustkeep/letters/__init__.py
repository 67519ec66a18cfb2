"""Floor 3: mails and documents that leave the house; may import vault and below."""
