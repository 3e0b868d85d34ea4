"""What says, on every command line of `xenlens remediation`, whom it asks and as whom."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

TOKEN, PASSWORD = "XENLENS_TOKEN", "XENLENS_PASSWORD"
"""Variables of the environment."""

Config = Annotated[
    Path | None, typer.Option("--config", "-c", help="Configuration file.", readable=False)
]
Url = Annotated[
    str | None, typer.Option(help="Of the running xenlens; else the configuration's listen.")
]
TokenFile = Annotated[
    Path | None, typer.Option(help=f"Your token; else ${TOKEN}, else an operator's of the file.")
]
As = Annotated[str | None, typer.Option("--as", help="The operator whose token file is used.")]
CaFile = Annotated[
    Path | None, typer.Option(help="The CA of its certificate; else what this machine believes.")
]
CertFile = Annotated[
    Path | None, typer.Option(help="The certificate to show, where it asks for one.")
]
KeyFile = Annotated[Path | None, typer.Option(help="Its private key.")]
User = Annotated[
    str | None, typer.Option(help="Log in with a password (basic_auth_users), not with a token.")
]
PasswordFile = Annotated[Path | None, typer.Option(help=f"The user's password; else ${PASSWORD}.")]

OPTIONS: Mapping[str, Any] = {
    "config": Config,
    "url": Url,
    "token_file": TokenFile,
    "person": As,
    "ca_file": CaFile,
    "cert_file": CertFile,
    "key_file": KeyFile,
    "user": User,
    "password_file": PasswordFile,
}
"""By the fields of Access."""
