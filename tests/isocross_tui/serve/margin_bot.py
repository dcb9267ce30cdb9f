"""A bot as somebody would write one for Binance: it reads MARGIN_CALL from its user stream, and adds margin."""

from decimal import Decimal

from aiohttp import ClientSession, WSMsgType

KEY = {"X-MBX-APIKEY": "any"}
SHARE = Decimal("0.05")
"""Of the notional of a called position so much margin is added."""


class MarginBot:
    """Listens until the line ends, and answers each call."""

    def __init__(self, session: ClientSession) -> None:
        self.session, self.heard, self.added, self.refused = session, 0, [], []

    async def run(self) -> None:
        key = (await (await self.session.post("/fapi/v1/listenKey", headers=KEY)).json())["listenKey"]
        async with self.session.ws_connect(f"/ws/{key}") as line:
            async for message in line:
                if message.type is WSMsgType.TEXT:
                    await self.hear(message.json())
                    self.heard += 1

    async def hear(self, event) -> None:
        """Answer a call: an isolated position gets margin, a cross one cash for the whole account."""
        if event["e"] != "MARGIN_CALL":
            return
        for row in event["p"]:
            amount = str(abs(Decimal(row["pa"])) * Decimal(row["mp"]) * SHARE)
            if row["mt"] == "ISOLATED":
                path, asked = "/fapi/v1/positionMargin", {"symbol": row["s"], "amount": amount, "type": "1"}
            else:
                path, asked = "/sapi/v1/futures/transfer", {"asset": "USDT", "amount": amount, "type": "1"}
            answer = await self.session.post(path, params=asked, headers=KEY)
            (self.added if answer.status == 200 else self.refused).append((row["s"], await answer.json()))
