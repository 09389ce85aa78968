"""Was a deal won? By the words of the CRMs, in the languages in which they write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping
from itertools import pairwise
from typing import Literal

from vault_crm.core.names import fold

# '' if nothing in the row says; 'open' is everything that is neither won nor lost.
Outcome = Literal["won", "lost", "open", ""]

ANY = "any"  # every deal of the file counts as won: it was exported so

_YES = "1 true yes y x wahr ja oui vrai si verdadero sim sant tak igen kylla"
_NO = "0 false no n falsch nein non faux falso nao nej falskt nie nem ei"
# Compared with whole words; what is won and lost in one text ("lost, won by another") is lost.
_WON = """won closedwon gewonnen gagné gagnée ganado ganada ganho ganha vinto vinta vundet vunnet vunnen
    wygrana wygrany wygrane voitettu vyhráno vyhraný megnyert kazanıldı kazandı câștigat câștigată
    выиграна выигран выиграно успешно 受注 成約 赢单 贏單 成交 수주"""
_LOST = """lost closedlost verloren perdu perdue perdido perdida perso persa tabt tapt förlorad przegrana
    przegrany przegrane hävitty prohráno elveszett kaybedildi pierdut pierdută проиграна проигран проиграно
    失注 输单 輸單 실주 abandoned deleted cancelled canceled"""
_NOT = "not nicht non no pas never"
_WORDS = re.compile(r"[\W_]+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")


def fold_stage(text: str) -> str:
    """A stage's name without case, accents and punctuation."""
    return " ".join(word for word in _WORDS.split(fold(text)) if word)


def _set(words: str) -> frozenset[str]:
    return frozenset(fold_stage(word) for word in words.split())


_YES_WORDS, _NO_WORDS, _NOT_WORDS = _set(_YES), _set(_NO), _set(_NOT)
_WON_WORDS, _LOST_WORDS = _set(_WON), _set(_LOST)


def outcome_of(cells: Mapping[str, Iterable[str]], won_stages: frozenset[str] = frozenset()) -> Outcome:
    """How a deal ended, by its columns: a tick in *won* decides, then status and stage.

    `won_stages` are stages (folded) that the user calls won; `any` is every one.
    """
    if ANY in won_stages:
        return "won"
    said = {key: [text for text in cells.get(key, ()) if text.strip()] for key in ("won", "state")}
    if won_stages & {fold_stage(text) for text in said["state"]}:
        return "won"
    for text in said["won"]:
        word = fold_stage(text)
        if word in _YES_WORDS:
            return "won"
        if word in _NO_WORDS:
            return "lost" if _by_words(said["state"]) == "lost" else "open"
    return _by_words(said["state"]) or _by_words(said["won"]) or ("open" if said["state"] else "")


def _by_words(texts: Iterable[str]) -> Outcome:
    ends: list[Outcome] = [_by_text(fold_stage(text).split()) for text in texts]
    return "lost" if "lost" in ends else "won" if "won" in ends else ""


def _by_text(words: list[str]) -> Outcome:
    if any(_means(word, _LOST_WORDS) for word in words):
        return "lost"
    for before, word in pairwise(["", *words, ""]):
        if (before in _NOT_WORDS and _means(word, _WON_WORDS)) or (before, word) == ("won", "t"):
            return "lost"
    return "won" if any(_means(word, _WON_WORDS) for word in words) else ""


def _means(word: str, telling: frozenset[str]) -> bool:
    """True for one of these words; in scripts that put no spaces between words it may stand within."""
    return word in telling or any(_UNSPACED.match(one) and one in word for one in telling)
