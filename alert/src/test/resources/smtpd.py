"""An SMTP server: DIRECTORY MODE, where MODE is plain, starttls, tls or refuse. Prints its port; keeps each mail in a file."""

import asyncio
import pathlib
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

directory, mode = pathlib.Path(sys.argv[1]), sys.argv[2]


class Keeper:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if mode == "refuse":
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        head = f"{session.authenticated} {envelope.mail_from} {envelope.rcpt_tos}\n"
        part = directory / "mail.part"
        part.write_bytes(head.encode() + envelope.content)
        part.rename(directory / "mail")
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    right = isinstance(data, LoginPassword) and data.login == b"agentfense" and data.password == b"pass word"
    return AuthResult(success=right, handled=False)


options = {}
context = None
if mode in ("starttls", "tls"):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(directory / "server.pem", directory / "server.key")
if mode == "starttls":
    options = {"tls_context": context, "require_starttls": True, "auth_required": True, "authenticator": authenticate}


async def serve():
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(Keeper(), **options), "127.0.0.1", 0, ssl=context if mode == "tls" else None
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(serve())
