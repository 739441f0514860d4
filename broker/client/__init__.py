"""What a producing and a consuming agency system imports: publish, follow, answer."""
from broker.client.agency import Agency
from broker.client.following import Message, Start, Unreadable
from broker.client.positions import PositionFile, Positions
from broker.client.sending import Rejection, Sent, TooLarge

__all__ = [
    "Agency", "Message", "PositionFile", "Positions", "Rejection", "Sent", "Start", "TooLarge",
    "Unreadable",
]
