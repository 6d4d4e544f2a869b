"""What the headers of an answer lack, as a scanner of web sites puts it down: content policy, types, framing, cookies."""

from typing import Any

STRICT = {
    "default-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


def wrong_headers(response: Any, address: str) -> list[str]:
    policy = dict(part.partition(" ")[::2] for part in response.get("Content-Security-Policy", "").split("; "))
    # A file somebody handed in is shown in a sandbox that may load nothing at all: stricter than any page.
    strict = {"default-src": "'none'"} if "sandbox" in policy else STRICT
    found = [f"{address}: {name} {policy.get(name)}" for name, wanted in strict.items() if policy.get(name) != wanted]
    loose = {name for name, value in policy.items() if "unsafe" in value or "*" in value or "http:" in value}
    found += [f"{address}: {name} {policy[name]}" for name in loose]
    kind = response.get("Content-Type", "")
    if not kind or (kind.startswith("text/") and "charset=" not in kind):
        found.append(f"{address}: Content-Type {kind!r}")
    wanted = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin"}
    found += [
        f"{address}: {name} {response.get(name)}" for name, value in wanted.items() if response.get(name) != value
    ]
    found += [
        f"{address}: {name}" for name in ("Server", "X-Powered-By", "Access-Control-Allow-Origin") if name in response
    ]
    for name, cookie in response.cookies.items():
        if cookie["max-age"] != 0 and not (cookie["httponly"] and cookie["samesite"] == "Lax"):
            found.append(f"{address}: cookie {name}")
    return found
