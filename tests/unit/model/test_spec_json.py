"""A site as canonical JSON: what goes in comes out, and nothing else is let in."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import ConfigurationFault
from app.model.points import ModbusPoint, OpcUaPoint, Point, Table, WordOrder, WordType
from app.model.spec import (
    CommandBlock,
    CommandSpec,
    Condition,
    DeviceSpec,
    Equipment,
    Facility,
    FacilityKind,
    Label,
    Op,
    Place,
    Protocol,
    ScanGroup,
    Shape,
    Site,
    State,
    TagKind,
    TagSpec,
)
from app.model.spec_json import site_from_json, site_to_json

NAME = Label("泵", "Pump")
POINT = ModbusPoint(3, Table.INPUT, 7, WordType.F32, order=WordOrder.CDAB, scale=0.1)
SITE = Site(
    id="s",
    label=NAME,
    timezone="Asia/Shanghai",
    demo=True,
    facilities=(
        Facility(
            "ps1",
            FacilityKind.SEWAGE_STATION,
            NAME,
            "west",
            Place(1, 2.5),
            level="ps1/well/level",
            block=CommandBlock("plc", POINT, OpcUaPoint("ns=2;s=a"), "ps1/plc/heartbeat"),
        ),
    ),
    equipment=(
        Equipment(
            "ps1/pump1",
            "ps1",
            "pump",
            "pump",
            NAME,
            index=11,
            tags=(("run", "ps1/pump1/run"),),
            commands=(
                CommandSpec(
                    "start",
                    1,
                    NAME,
                    feedback=(Condition(NAME, "ps1/pump1/run", Op.EQ, 1),),
                    choices=(State(0, NAME),),
                    point=POINT,
                ),
            ),
            max_starts_per_hour=6,
        ),
    ),
    devices=(DeviceSpec("plc", NAME, Protocol.MODBUS_TCP, "127.0.0.1:502", groups=(ScanGroup("fast", 500),)),),
    tags=(
        TagSpec(
            "ps1/pump1/run", NAME, TagKind.DISCRETE, number=4, point=POINT, abnormal=(1,), low=0, marks=(("H", 3),)
        ),
        TagSpec("ps1/well/level", NAME, TagKind.ANALOG, point=OpcUaPoint("ns=2;s=b", scale=2)),
    ),
    shapes=(Shape("river", (Place(0, 0), Place(1, 1))),),
)


def test_a_site_survives_the_way_to_json_and_back() -> None:
    """Records, unions of records, enums, tuples and absent values all come back equal."""
    assert site_from_json(site_to_json(SITE)) == SITE


def test_equal_sites_give_equal_text() -> None:
    """1 and 1.0 are one number to a site, so they are one text: its hash does not depend on how it was written."""
    whole = dataclasses.replace(SITE.facilities[0], place=Place(1, 2.5))
    parts = dataclasses.replace(SITE.facilities[0], place=Place(1.0, 2.5))
    texts = {site_to_json(dataclasses.replace(SITE, facilities=(f,))) for f in (whole, parts)}
    assert len(texts) == 1
    assert site_to_json(site_from_json(texts.copy().pop())) in texts


def test_the_text_is_canonical() -> None:
    """Keys are sorted, nothing is spaced, Chinese stays Chinese."""
    text = site_to_json(SITE)
    assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert '"zh":"泵"' in text


def test_a_field_that_did_not_exist_yet_takes_its_default() -> None:
    """A site that was stored before a field existed stays readable."""
    data = json.loads(site_to_json(SITE))
    del data["tags"][0]["decimals"]
    assert site_from_json(json.dumps(data)).tags[0].decimals == 2


Change = tuple[list[Any], Any, str]
WRONG: dict[str, Change] = {
    "unknown key": (["tags", 0, "colour"], "red", r"\$\.tags\[0\]: unknown key colour in TagSpec"),
    "text for a number": (["tags", 0, "decimals"], "2", r"\$\.tags\[0\]\.decimals: expected int, got str '2'"),
    "truth for a number": (["tags", 0, "low"], True, r"\$\.tags\[0\]\.low: expected a number"),
    "fraction for a whole": (["tags", 0, "number"], 1.5, r"number: expected int, got float"),
    "number for truth": (["demo"], 1, r"\$\.demo: expected bool"),
    "null for a word": (["timezone"], None, r"\$\.timezone: expected str"),
    "unknown word": (["tags", 0, "kind"], "anlog", r"kind: expected analog or discrete"),
    "list for an object": (["label"], [], r"\$\.label: expected an object \(Label\)"),
    "object for a list": (["tags"], {}, r"\$\.tags: expected a list"),
    "wrong length": (["equipment", 0, "tags", 0], ["run"], r"tags\[0\]: expected 2 items, got 1"),
    "unknown record": (["tags", 0, "point", "$"], "SerialPoint", r"point: expected an object whose \$ is ModbusPoint"),
    "unnamed record": (["tags", 0, "point"], {"node": "ns=2;s=a"}, r"point: expected an object whose \$ is"),
    "number too great": (["tags", 0, "low"], 10**400, r"low: expected a finite number"),
    "half a character": (["timezone"], "\ud800", r"timezone: half of a surrogate pair"),
}


@pytest.mark.parametrize(("place", "value", "message"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_refused_with_its_place(place: list[Any], value: Any, message: str) -> None:
    """A value of another type, an unknown key or word raises a fault that names the place."""
    data = json.loads(site_to_json(SITE))
    node = data
    for step in place[:-1]:
        node = node[step]
    node[place[-1]] = value
    with pytest.raises(ConfigurationFault, match=message):
        site_from_json(json.dumps(data))


@pytest.mark.parametrize("text", ["", "[", "[]", "null", "NaN", '{"id":NaN}', '{"id":"a","id":"b"}', "[" * 100_000])
def test_what_is_no_site_is_refused(text: str) -> None:
    """Text that is not JSON, repeats a key, holds NaN or nests without end raises a fault."""
    with pytest.raises(ConfigurationFault):
        site_from_json(text)


def test_a_missing_field_is_named() -> None:
    """A record without a field that has no default names the field."""
    data = json.loads(site_to_json(SITE))
    del data["timezone"]
    with pytest.raises(ConfigurationFault, match=r"\$: Site lacks timezone"):
        site_from_json(json.dumps(data))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "3", True])
def test_a_record_that_lies_about_its_types_is_not_written(value: Any) -> None:
    """What could not be read back is not written either."""
    tag = dataclasses.replace(SITE.tags[0], low=value)
    with pytest.raises(ConfigurationFault, match=r"\$\.tags\[0\]\.low"):
        site_to_json(dataclasses.replace(SITE, tags=(tag,)))


POINTS: st.SearchStrategy[Point] = st.one_of(
    st.builds(
        ModbusPoint,
        unit=st.integers(0, 255),
        table=st.sampled_from(Table),
        address=st.integers(0, 65535),
        type=st.sampled_from(WordType),
        order=st.sampled_from(WordOrder),
        scale=st.floats(allow_nan=False, allow_infinity=False),
    ),
    st.builds(OpcUaPoint, node=st.text(st.characters(exclude_categories=["Cs"]))),
)


@settings(max_examples=60)
@given(point=st.none() | POINTS, low=st.none() | st.floats(allow_nan=False, allow_infinity=False))
def test_any_point_survives(point: Point | None, low: float | None) -> None:
    """Whatever address, node or number a tag carries comes back as it was, bit for bit."""
    site = dataclasses.replace(SITE, tags=(dataclasses.replace(SITE.tags[0], point=point, low=low),))
    again = site_from_json(site_to_json(site))
    assert again == site
    assert site_to_json(again) == site_to_json(site)


KEYS = st.sampled_from(["id", "label", "zh", "en", "demo", "timezone", "tags"])
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text() | st.integers(),
    lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner),
    max_leaves=12,
)


@settings(max_examples=100)
@given(data=JSON)
def test_any_json_is_a_site_or_a_fault(data: Any) -> None:
    """Reading arbitrary JSON gives a site or a ConfigurationFault, and no other error."""
    try:
        site_from_json(json.dumps(data))
    except ConfigurationFault:
        pass
