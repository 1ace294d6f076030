"""The talk with the test that started this program: see interop/conversation.ts."""

import json
import sys

settings = json.loads(sys.stdin.readline())


def report(**steps):
    """Prints what was found."""
    print(json.dumps(steps), flush=True)


def browse(url):
    """Sends the person there, and returns the address of the callback."""
    report(open=url)
    return sys.stdin.readline().strip()
