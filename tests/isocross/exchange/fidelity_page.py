"""`python -m tests.isocross.exchange.fidelity_page` writes the page of fidelity anew.

Every account that the tests have whole, as a venue answered or documented it, goes through `isocross fidelity`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from click.testing import CliRunner

from isocross_tui.cli import docs
from isocross_tui.cli.main import main
from tests.isocross.exchange import payloads, raw_payloads, recorded

ACCOUNTS = {
    "Binance, positionRisk and balance": (recorded.BINANCE_RISK, recorded.BINANCE_ASSETS),
    "Binance, account of the second version": (payloads.BINANCE_V2,),
    "Binance, account of the third version": (payloads.BINANCE_V3,),
    "Binance, account with its maintenance margins": (recorded.BINANCE_V2,),
    "Binance, contracts in coin": (payloads.BINANCE_COIN_RISK, payloads.BINANCE_COIN_BALANCE),
    "Binance, portfolio margin": (raw_payloads.BINANCE_PORTFOLIO, raw_payloads.BINANCE_PORTFOLIO_BALANCE),
    "Bybit, position list and wallet": (payloads.BYBIT_POSITIONS, payloads.BYBIT_WALLET),
    "Bybit, events of its stream": (recorded.BYBIT_EVENT, recorded.BYBIT_WALLET),
    "OKX, a cross position and balance": ({"code": "0", "data": [raw_payloads.OKX_SHORT]}, raw_payloads.OKX_BALANCE),
    "OKX, contracts in coin": ({"code": "0", "data": [raw_payloads.OKX_COIN]}, raw_payloads.OKX_BALANCE),
    "OKX, a single-currency account": ({"code": "0", "data": [recorded.OKX_CROSS]}, recorded.OKX_BALANCE),
    "Gate, a cross position and the account": ([raw_payloads.GATE_CROSS], raw_payloads.GATE_ACCOUNT),
    "Gate, an account with shared margin": ([recorded.GATE_CROSS], recorded.GATE_SHARED),
    "Kraken, positions, accounts and tickers": (
        raw_payloads.KRAKEN_POSITIONS, raw_payloads.KRAKEN_ACCOUNTS, raw_payloads.KRAKEN_TICKERS),
    "Kraken, a collateral of several assets": (recorded.KRAKEN_FLEX,),
    "BitMEX, a contract in coin": ([raw_payloads.BITMEX_COIN], raw_payloads.BITMEX_MARGIN),
    "BitMEX, a contract in USDT": ([raw_payloads.BITMEX_LINEAR], raw_payloads.BITMEX_MARGIN),
    "CoinEx, positions and balance": (payloads.COINEX_POSITIONS, payloads.COINEX_BALANCE),
    "CoinEx, an isolated position": (recorded.COINEX_EVENT, recorded.COINEX_BALANCE),
    "dYdX, a subaccount and the markets": (raw_payloads.DYDX_SUBACCOUNT, raw_payloads.DYDX_MARKETS),
    "Drift, a gateway's answer": (raw_payloads.DRIFT_GATEWAY,),
    "Hyperliquid, clearinghouse state": (payloads.HYPERLIQUID,),
    "Hyperliquid, an isolated position": (recorded.HYPERLIQUID,),
    "Hyperliquid, another exchange on it": (recorded.HYPERLIQUID_DEX,),
    "ccxt, positions and balance": (payloads.CCXT_POSITIONS, payloads.CCXT_BALANCE),
}  # fmt: skip
"""What is compared, and the answers of one moment that it is made of."""
HEAD = """# Fidelity

This page has accounts that venues answered with or documented. Below each is what `isocross fidelity` prints. The
answers come from public documentation, and from the tests of public client libraries. An example in a document is often
not of one moment. An old answer has the tiers of its day. The reason then says so.
"""


def lines() -> Iterator[str]:
    """The page, part by part."""
    yield HEAD
    compared = unexplained = 0
    parts = []
    with TemporaryDirectory() as folder:
        for title, documents in ACCOUNTS.items():
            files = []
            for number, document in enumerate(documents):
                files.append(Path(folder) / f"{number}.json")
                files[-1].write_text(json.dumps(document), encoding="utf-8")
            done = CliRunner().invoke(main, ["fidelity", *map(str, files)])
            assert done.exit_code in (0, 1), (title, done.output)
            assert "compared" in done.stderr, (title, done.stderr)
            words = done.stderr.split()
            compared, unexplained = compared + int(words[0]), unexplained + int(words[3])
            parts.append(f"## {title}\n\n```text\n{done.stdout.rstrip()}\n```\n" if int(words[0]) else "")
    yield f"Of {compared} figures {unexplained} are unexplained.\n"
    yield from filter(None, parts)


def page() -> str:
    """The page as it has to be."""
    return "\n".join(lines())


if __name__ == "__main__":
    (docs.FOLDER / "fidelity.md").write_text(page(), encoding="utf-8")
