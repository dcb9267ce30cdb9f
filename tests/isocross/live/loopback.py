"""A server on loopback in a thread of its own, for programs that wait for its answers."""

import asyncio
import threading
from contextlib import contextmanager

from aiohttp import web


@contextmanager
def on_loopback(app):
    """Serve an application; gives its address."""
    loop, ready, kept = asyncio.new_event_loop(), threading.Event(), {}

    async def run():
        runner = kept["runner"] = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        kept["url"] = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"

    def serve():
        loop.run_until_complete(run())
        loop.call_soon(ready.set)
        loop.run_forever()

    thread = threading.Thread(target=serve)
    thread.start()
    assert ready.wait(10)
    try:
        yield kept["url"]
    finally:
        asyncio.run_coroutine_threadsafe(kept["runner"].cleanup(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
