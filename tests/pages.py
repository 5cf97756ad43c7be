"""What the tests of pages read off them."""


def said(response) -> list[str]:
    """Return what the page told the person."""
    return [str(message) for message in response.context["messages"]]
