"""HTTP/1.1 as uvicorn speaks it, with a limit on what stands before a body.

uvicorn keeps whatever headers arrive, and httptools joins the pieces of one without end: the
memory of a process would belong to whoever sends the longest. Bodies are limited by the endpoint.
"""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_LIMIT_BYTES = 64_000
TOO_LONG = "The headers of the request are too long."


class LimitedProtocol(HttpToolsProtocol):
    """Answers 400 and hangs up once the head of a request is over the limit."""

    _in_head = False
    _head_bytes = 0  # at most: what came with the head's last piece counts too

    def data_received(self, data: bytes) -> None:
        self._head_bytes = len(data) + (self._head_bytes if self._in_head else 0)
        if self._in_head and self._head_bytes > HEAD_LIMIT_BYTES:
            self.send_400_response(TOO_LONG)
            return
        super().data_received(data)

    def on_message_begin(self) -> None:
        self._in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_head = False
        if self._head_bytes > HEAD_LIMIT_BYTES:
            size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
            if size > HEAD_LIMIT_BYTES:
                # the parser stops at this, and data_received answers 400
                raise ValueError(TOO_LONG)
        super().on_headers_complete()
