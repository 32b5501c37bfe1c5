#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""A verifier that shares nothing with the library, for the tokens of `rmmsim token make --all -o DIR`.

usage: verify_token.py DIR

Every token without a defect has to pass, every other one has to fail at the check that the manifest names.
Exit status 77: python3-cbor2 or python3-cryptography is not installed.
"""

import hashlib
import io
import json
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

ALGORITHMS = {-7: ("secp256r1", hashes.SHA256, 32), -35: ("secp384r1", hashes.SHA384, 48),
              -36: ("secp521r1", hashes.SHA512, 66)}
DIGESTS = {"sha-256": 32, "sha-384": 48, "sha-512": 64}
OLD = "http://arm.com/CCA-SSD/1.0.0"


class Wrong(Exception):
    """What a check has found."""


def require(condition, what):
    if not condition:
        raise Wrong(what)


def decode(data, what):
    """One CBOR item that fills `data`, without a key twice: cbor2 takes the last one silently."""
    stream = io.BytesIO(data)
    try:
        value = cbor2.CBORDecoder(stream).decode()
    except Exception as fault:
        raise Wrong(f"{what} is no CBOR: {fault}") from fault
    require(stream.tell() == len(data), f"bytes behind {what}")
    return value


def pairs_of(payload):
    """How many pairs the head of a map claims."""
    count = payload[0] & 0x1F
    return count if count < 24 else payload[1]


def bytes_of(claims, key, *sizes):
    require(isinstance(claims.get(key), bytes) and (not sizes or len(claims[key]) in sizes), f"claim {key}")
    return claims[key]


def read_form(data):
    token = decode(data, "token")
    require(isinstance(token, cbor2.CBORTag) and token.tag in (399, 907), "tag")
    members = token.value
    require(isinstance(members, dict) and set(members) == {44234, 44241}, "members")
    require(pairs_of(data[3:]) == 2, "a member twice")
    if token.tag == 907:
        require(all(isinstance(m, list) and len(m) == 2 and m[0] == 263 for m in members.values()), "CMW")
        members = {key: m[1] for key, m in members.items()}
    parts = []
    for key in (44234, 44241):
        require(isinstance(members[key], bytes), "byte string")
        sign1 = decode(members[key], "COSE_Sign1")
        require(isinstance(sign1, cbor2.CBORTag) and sign1.tag == 18, "tag 18")
        require(len(sign1.value) == 4 and sign1.value[1] == {}, "COSE_Sign1")
        require(isinstance(sign1.value[2], bytes) and isinstance(sign1.value[3], bytes), "payload")
        parts.append(sign1.value)
    return parts


def verify(sign1, key):
    protected, _, payload, signature = sign1
    header = decode(protected, "header")
    require(isinstance(header, dict) and set(header) == {1} and header[1] in ALGORITHMS, "algorithm")
    curve, digest, size = ALGORITHMS[header[1]]
    require(key.curve.name == curve, "the algorithm is not that of the key")
    require(len(signature) == 2 * size, "length of the signature")
    r, s = (int.from_bytes(part, "big") for part in (signature[:size], signature[size:]))
    signed = cbor2.dumps(["Signature1", protected, b"", payload])
    try:
        key.verify(utils.encode_dss_signature(r, s), signed, ec.ECDSA(digest()))
    except InvalidSignature as fault:
        raise Wrong("signature") from fault


def claims_of(sign1):
    claims = decode(sign1[2], "claims")
    require(isinstance(claims, dict) and len(claims) == pairs_of(sign1[2]), "claims")
    return claims


def realm_key(encoded):
    """The key of claim 44237, also if other things are wrong with it."""
    try:
        if encoded[0] == 4:
            return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP384R1(), encoded)
        cose = cbor2.loads(encoded)
        x, y = (int.from_bytes(cose[i], "big") for i in (-2, -3))
        return ec.EllipticCurvePublicNumbers(x, y, ec.SECP384R1()).public_key()
    except ValueError as fault:
        raise Wrong("no point") from fault


def check_platform_claims(sign1):
    claims = claims_of(sign1)
    require(claims.get(265) in ("tag:arm.com,2023:cca_platform#1.0.0", OLD), "profile")
    bytes_of(claims, 10, 32, 48, 64)
    bytes_of(claims, 2396, 32)
    require(bytes_of(claims, 256, 33)[0] == 1, "instance ID")
    bytes_of(claims, 2401)
    require(isinstance(claims.get(2395), int), "lifecycle")
    require(isinstance(claims.get(2402), str), "hash algorithm")
    require(isinstance(claims.get(2399), list) and claims[2399], "software components")
    for component in claims[2399]:
        bytes_of(component, 2, 32, 48, 64)
        bytes_of(component, 5, 32, 48, 64)


def check_realm_claims(sign1):
    claims = claims_of(sign1)
    profile = claims.get(265)
    require(profile in ("tag:arm.com,2023:realm#1.0.0", "tag:arm.com,2024:realm#2.0.0", None), "profile")
    bytes_of(claims, 10, 64)
    bytes_of(claims, 44235, 64)
    require(claims.get(44236) in ("sha-256", "sha-512"), "hash")
    require(claims.get(44240) in DIGESTS, "hash of the key")
    size = DIGESTS[claims[44236]]
    bytes_of(claims, 44238, size)
    require(isinstance(claims.get(44239), list) and len(claims[44239]) == 4, "REMs")
    require(all(isinstance(rem, bytes) and len(rem) == size for rem in claims[44239]), "REM")
    key = bytes_of(claims, 44237)
    if profile is None:
        require(len(key) == 97 and key[0] == 4, "raw point")
    else:
        cose = cbor2.loads(key)
        require(isinstance(cose, dict) and set(cose) == {1, -1, -2, -3} and len(key) == 107, "COSE_Key")
        require(cose[1] == 2 and cose[-1] == 2, "curve")
    if profile == "tag:arm.com,2024:realm#2.0.0":
        require(bytes_of(claims, 256, 33)[0] == 1, "instance ID")
        require(claims.get(44243) in (0, 1) and not isinstance(claims[44243], str), "MEC policy")
    else:
        require(claims.get(44243, "shared") in ("shared", "private"), "MEC policy")


def check_binding(platform, realm):
    key = realm[44237]
    expected = hashlib.new(realm[44240].replace("-", ""), key).digest()
    require(platform[10] == expected, "the challenge is not the hash of the key")


def check_reference(platform, realm, reference):
    values = {"implementation ID": platform[2396], "instance ID": platform[256], "lifecycle": platform[2395],
              "challenge": realm[10], "personalization value": realm[44235], "initial measurement": realm[44238]}
    for name, wanted in {**reference["platform"], **reference["realm"]}.items():
        if name in values:
            value = values[name]
            require((value.hex() if isinstance(value, bytes) else value) == wanted, name)
    components = [c[2].hex() for c in platform[2399]]
    require(components == [c["measurement"] for c in reference["platform"]["software components"]],
            "software components")


def failures(data, trusted, reference):
    """The checks that fail; those that cannot be made are not among them."""
    found = []

    def check(name, function, *arguments):
        try:
            function(*arguments)
        except Wrong:
            found.append(name)

    try:
        platform, realm = read_form(data)
    except Wrong:
        return ["form"]
    check("platform signature", verify, platform, trusted)
    check("platform claims", check_platform_claims, platform)
    check("realm claims", check_realm_claims, realm)
    if found:
        return found
    claims = [claims_of(platform), claims_of(realm)]
    check("realm signature", lambda: verify(realm, realm_key(claims[1][44237])))
    check("binding", check_binding, *claims)
    check("reference values", check_reference, *claims, reference)
    return found


def main():
    directory = pathlib.Path(sys.argv[1])
    trusted = serialization.load_pem_public_key((directory / "platform-key.pem").read_bytes())
    for name in ("platform-private.pem", "realm-private.pem"):
        serialization.load_pem_private_key((directory / name).read_bytes(), None)
    manifest = json.loads((directory / "manifest.json").read_text())
    wrong = 0
    for line in manifest:
        reference = json.loads((directory / f"{line['profile']}.json").read_text())
        found = failures((directory / line["file"]).read_bytes(), trusted, reference)
        expected = [line["caught_by"]] if "caught_by" in line else []
        if found != expected:
            print(f"{line['file']}: {found}, expected {expected}")
            wrong += 1
    print(f"{len(manifest)} tokens, {wrong} judged otherwise")
    return 1 if wrong or len(manifest) < 100 else 0


sys.exit(main())
