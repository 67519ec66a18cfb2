"""The frameworks that promises are mapped to, and short ways to name their requirements."""

from __future__ import annotations

from trustkeep.controls.promise import Reference

ISO_27001 = ("ISO/IEC 27001", "2022")
SOC_2 = ("SOC 2 TSC", "2017 (2022)")
GDPR = ("GDPR", "2016/679")
CAIQ = ("CAIQ", "4.0.3")
VSA_FULL = ("VSA Full", "2021")
VSA_CORE = ("VSA Core", "2022")
TISAX = ("TISAX VDA ISA", "6.0.2")


def references(
    *,
    iso: str = "",
    tsc: str = "",
    gdpr: str = "",
    caiq: str = "",
    vsa_full: str = "",
    vsa_core: str = "",
    isa: str = "",
) -> tuple[Reference, ...]:
    """Return one `Reference` for every id; ids of one framework are parted by spaces.

    ISO ids are written without the leading ``A.`` of Annex A, GDPR ids as ``32(1)(a)``.
    """
    named = (
        (ISO_27001, " ".join(f"A.{id_}" for id_ in iso.split())),
        (SOC_2, tsc),
        (GDPR, " ".join(f"Art.\N{NO-BREAK SPACE}{id_}" for id_ in gdpr.split(" ") if id_)),
        (CAIQ, caiq),
        (VSA_FULL, vsa_full),
        (VSA_CORE, vsa_core),
        (TISAX, isa),
    )
    return tuple(
        Reference(scheme, version, id_)
        for (scheme, version), ids in named
        for id_ in ids.split(" ")
        if id_
    )
