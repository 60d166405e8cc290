"""A web server that behaves badly, for hooks that must not care. On a port of its own on this machine.

/redirect?URL sends elsewhere, /loop to itself; /endless and /headers never end, /slow gives a byte now and then, /never nothing.
"""

import asyncio
import threading

CHUNK = b"x" * 65536


class Sink:
    """`with Sink() as sink:` serves at sink.address until the block ends."""

    def __enter__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        starting = asyncio.run_coroutine_threadsafe(asyncio.start_server(self._serve, "127.0.0.1", 0), self.loop)
        self.server = starting.result(10)
        self.address = "http://127.0.0.1:%d" % self.server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_):
        asyncio.run_coroutine_threadsafe(self._stop(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()

    async def _stop(self):
        self.server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader, writer):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            await self._answer(head.split(b" ")[1].decode(), writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass  # the client left, or the test is over
        finally:
            writer.close()

    async def _answer(self, target, writer):
        path, _, query = target.partition("?")
        if path in ("/redirect", "/loop"):
            to = query if path == "/redirect" else "/loop"
            writer.write(f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode())
            await writer.drain()
            return
        if path == "/never":
            await asyncio.sleep(3600)
        writer.write(b"HTTP/1.1 200 OK\r\n" + (b"" if path == "/headers" else b"Content-Type: text/plain\r\n\r\n"))
        while True:
            writer.write(b"X-More: x\r\n" * 1000 if path == "/headers" else b"x" if path == "/slow" else CHUNK)
            await writer.drain()
            if path == "/slow":
                await asyncio.sleep(0.1)
