"""Verifies an audit log after SPECIFICATION.md, with nothing of AgentFense. Signatures are openssl's to verify."""

import base64
import gzip
import hashlib
import pathlib
import re
import subprocess
import sys
import tempfile


def sha256(data):
    return hashlib.sha256(data).digest()


def root(leaves):
    """RFC 9162, section 2.1.1."""
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return sha256(b"\0" + leaves[0])
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + root(leaves[:split]) + root(leaves[split:]))


def verify_signature(key, text, signature):
    with tempfile.TemporaryDirectory() as place:
        names = [pathlib.Path(place, name) for name in ("key", "text", "signature")]
        der = bytes.fromhex("302a300506032b6570032100") + key
        for name, data in zip(names, (der, text, signature), strict=True):
            name.write_bytes(data)
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-rawin"]
        command += ["-inkey", names[0], "-in", names[1], "-sigfile", names[2]]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def main(directory):
    name, key_hash, key = (directory / "signing.pub").read_text().strip().split("+", 2)
    key = base64.b64decode(key)
    assert sha256(name.encode() + b"\n" + key)[:4].hex() == key_hash and key[0] == 1

    lines, previous = [], bytes(32)
    for file in sorted(directory.glob("audit-*.jsonl*")):
        data = file.read_bytes()
        for line in (gzip.decompress(data) if file.suffix == ".gz" else data).splitlines():
            number = len(lines) + 1
            record, given = re.fullmatch(rb'(.*),"hash":"([0-9a-f]{64})"}', line).groups()
            previous = sha256(previous + record + b"}")
            if previous.hex() != given.decode() or not record.endswith(b',"sequence":%d' % number):
                sys.exit(f"record {number} was changed")
            lines.append(line)

    for note in [directory / "checkpoint", *directory.glob("*.checkpoint")]:
        text, signatures = note.read_bytes().split(b"\n\n")
        signer, signature = re.fullmatch("— (.*) (.*)\n", signatures.decode()).groups()
        signature = base64.b64decode(signature)
        assert signer == name and signature[:4].hex() == key_hash
        verify_signature(key[1:], text + b"\n", signature[4:])
        origin, size, tree = text.decode().split("\n")[:3]
        if origin != name or base64.b64decode(tree) != root(lines[: int(size)]):
            sys.exit(f"{note} is not of these records")
    print(len(lines), previous.hex(), root(lines).hex())


main(pathlib.Path(sys.argv[1]))
