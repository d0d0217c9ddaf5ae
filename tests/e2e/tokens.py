"""Tokens as src/model/token.h describes them, made by another hand:

    base32( numbers, seven bits an octet | 10 octets of HMAC-SHA-256 )
"""
import base64
import hashlib
import hmac

KINDS = {"unsubscribe": ("s", 0), "preferences": ("s", 10), "probe": ("s", 20),
         "confirm": ("q", 0), "confirm-new": ("q", 10), "form": ("p", 0)}


def number(value):
    octets = bytearray()
    while value > 0x7f:
        octets.append(value & 0x7f | 0x80)
        value >>= 7
    octets.append(value)
    return bytes(octets)


def token(key, purpose, first, second):
    """`key` as the store's meta has it."""
    kind, at = KINDS[purpose]
    numbers = number(first) + number(second)
    proof = hmac.digest(key.encode(), kind.encode() + numbers, hashlib.sha256)
    made = base64.b32encode(numbers + proof[at:at + 10])
    return made.decode().rstrip("=").lower()
