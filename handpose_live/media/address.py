"""Addresses of network streams without their secrets."""

import re

# A password may contain any character, even those that end the host of a well-formed address.
USER_INFO = re.compile(r"[^/?#]*@|[^/?#@:]*:(?!\d*([/?#]|$)).*@", re.DOTALL)


def without_credentials(spec: str) -> str:
    """Remove user, password and query from an address; the query holds the password of some cameras.

    Other specs (numbers, paths) are returned unchanged. From a malformed address, too much is removed rather than too
    little.
    """
    scheme, is_address, rest = spec.partition("://")
    if not is_address:
        return re.sub(r"^[^/\\]+:[^/\\]*@", "", spec)
    user_info = USER_INFO.match(rest)
    return f"{scheme}://{re.split('[?#]', rest[user_info.end() if user_info else 0 :])[0]}"
