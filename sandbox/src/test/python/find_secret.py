"""Prints each file below a directory that holds a secret, with the form that it is in.

Usage: find_secret.py SECRET-IN-HEXADECIMAL DIRECTORY
"""

import base64
import os
import pathlib
import re
import sys
import urllib.parse


def forms(secret):
    yield "raw", secret
    yield "hex", secret.hex().encode()
    yield "HEX", secret.hex().upper().encode()
    for alphabet, encode in (("base64", base64.b64encode), ("base64url", base64.urlsafe_b64encode)):
        # What stands before it and behind it decides the characters at both ends too.
        for before in range(3):
            first, end = (before * 8 + 5) // 6, (before + len(secret)) * 8 // 6
            yield f"{alphabet}+{before}", encode(bytes(before) + secret)[first:end]
    for url, text in (
        ("url", urllib.parse.quote(secret, safe="")),
        ("path", urllib.parse.quote(secret)),
        ("form", urllib.parse.quote_plus(secret).replace("~", "%7E")),
    ):
        yield url, text.encode()
        yield f"{url}, in lower case", re.sub("%..", lambda escaped: escaped[0].lower(), text).encode()
    yield "utf-16", b"\0".join(bytes([byte]) for byte in secret)


def main(secret, directory):
    sought = dict(forms(bytes.fromhex(secret)))
    for parent, _, names in os.walk(directory):
        for name in names:
            path = pathlib.Path(parent, name)
            if path.is_symlink() or not path.is_file():
                continue
            content = path.read_bytes()
            for form, text in sought.items():
                if text in content:
                    print(f"{form} {path.relative_to(directory)}")


main(*sys.argv[1:])
