"""Addresses of cameras and streams, as a person may see them."""

import re

# A password may hold anything, also what ends the host in a well-formed address.
USER = re.compile(r"[^/?#]*@|[^/?#@:]*:(?!\d*([/?#]|$)).*@", re.DOTALL)


def without_credentials(spec: str) -> str:
    """An address without user, password and query, which holds the password of many a camera; other names as they are.

    Where it is not well-formed, rather too much is left out.
    """
    scheme, is_address, rest = spec.partition("://")
    if not is_address:
        return re.sub(r"^[^/\\]+:[^/\\]*@", "", spec)
    user = USER.match(rest)
    return f"{scheme}://{re.split('[?#]', rest[user.end() if user else 0 :])[0]}"
