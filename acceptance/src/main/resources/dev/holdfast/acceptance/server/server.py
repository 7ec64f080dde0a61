"""A small HTTP server on Python's asyncio. Arguments: version, address, port."""
import asyncio
import sys

version, address, port = sys.argv[1:]


async def serve(reader, writer):
    peer = writer.get_extra_info("peername")
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            number = head.split(b" ", 2)[1].partition(b"n=")[2].decode()
            body = f"asyncio {version} {number} {peer[0]}:{peer[1]}\n".encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(serve, address, int(port), backlog=4096)
    await server.serve_forever()


asyncio.run(main())
