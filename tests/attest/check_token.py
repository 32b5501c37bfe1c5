#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Checks tokens with a CBOR decoder and a cryptography library that are not the library's.

usage: check_token.py FILE.cbor...

FILE.pem beside each has the platform's public key. Exit status 77: python3-cbor2 or
python3-cryptography is not installed.
"""

import hashlib
import pathlib
import sys

try:
    import cbor2
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, utils
except ImportError as missing:
    print(f"skipped: python3-cbor2 and python3-cryptography are needed: {missing}")
    sys.exit(77)

CHALLENGE = b"".join(n.to_bytes(8, "little") for n in range(1, 9))
DIGEST = {"sha-256": 32, "sha-512": 64}


def require(condition, what):
    if not condition:
        raise ValueError(what)


def verify(sign1, key):
    """Claims of a COSE_Sign1 after its signature was verified."""
    tagged = cbor2.loads(sign1)
    require(tagged.tag == 18 and len(tagged.value) == 4, "COSE_Sign1")
    protected, unprotected, payload, signature = tagged.value
    require(cbor2.loads(protected) == {1: -35} and unprotected == {}, "headers")
    claims = cbor2.loads(payload)
    if key is None:
        cose = cbor2.loads(claims[44237])
        require(cose[1] == 2 and cose[-1] == 2 and len(cose) == 4, "COSE_Key")
        x, y = (int.from_bytes(cose[i], "big") for i in (-2, -3))
        key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP384R1()).public_key()
    require(len(signature) == 96, "length of the signature")
    r, s = (int.from_bytes(part, "big") for part in (signature[:48], signature[48:]))
    signed = cbor2.dumps(["Signature1", protected, b"", payload])
    key.verify(utils.encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA384()))
    return claims


def check(path):
    data = path.read_bytes()
    token = cbor2.loads(data)
    require(cbor2.dumps(token) == data, "shortest encoding without trailing bytes")
    require(token.tag == int(path.name[:3]), "tag of the collection")
    require(list(token.value) == [44234, 44241], "members")
    members = list(token.value.values())
    if token.tag == 907:
        require(all(m[0] == 263 and len(m) == 2 for m in members), "CMW")
        members = [m[1] for m in members]
    trusted = serialization.load_pem_public_key(path.with_suffix(".pem").read_bytes())
    platform, realm = verify(members[0], trusted), verify(members[1], None)
    check_platform(platform)
    check_realm(realm, path.name)
    require(platform[10] == hashlib.new(realm[44240].replace("-", ""), realm[44237]).digest(),
            "binding")


def check_platform(claims):
    require(set(claims) - {2400} == {265, 10, 2396, 256, 2401, 2395, 2399, 2402}, "claims")
    require(claims[265] == "tag:arm.com,2023:cca_platform#1.0.0", "profile")
    require(len(claims[2396]) == 32 and len(claims[256]) == 33 and claims[256][0] == 1, "IDs")
    require(0x3000 <= claims[2395] <= 0x30FF, "lifecycle")
    require(len(claims[2399]) == 13, "software components")
    require(all({2, 5} <= set(c) for c in claims[2399]), "software component")


def check_realm(claims, name):
    require(set(claims) == {10, 44235, 44236, 44237, 44238, 44239, 44240, 44243, 265}, "claims")
    require(claims[10] == CHALLENGE and len(claims[44235]) == 64, "challenge")
    require(claims[44236] == ("sha-512" if "512" in name else "sha-256"), "hash")
    require(claims[44243] == ("private" if "private" in name else "shared"), "MEC policy")
    require(claims[265] == "tag:arm.com,2023:realm#1.0.0", "profile")
    size = DIGEST[claims[44236]]
    require(len(claims[44238]) == size and any(claims[44238]), "RIM")
    extended = hashlib.new(claims[44236].replace("-", ""), bytes(size) + CHALLENGE[:32]).digest()
    require(claims[44239] == [extended] + [bytes(size)] * 3, "REMs")


def main():
    failures = 0
    for path in map(pathlib.Path, sys.argv[1:]):
        try:
            check(path)
        except (ValueError, KeyError, InvalidSignature) as wrong:
            print(f"{path}: {wrong!r}")
            failures += 1
    print(f"{len(sys.argv) - 1} tokens, {failures} failures")
    return 1 if failures or len(sys.argv) < 2 else 0


sys.exit(main())
