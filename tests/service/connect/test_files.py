"""
Tests of files that are read in place of a database: by their headings, line by line.
"""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pandas as pd
import pytest

import lotwright as lw
from lotwright.errors import InputError
from lotwright.io.limits import Limits as FileLimits
from lotwright.model.data import PlanningData
from lotwright.service.connect import shipped
from lotwright.service.connect.extract import Extract, Limits, extract, fetched
from lotwright.service.connect.files import address_of_files
from lotwright.service.connect.inspection import found_in
from lotwright.service.connect.read_mapping import read_mapping
from lotwright.service.connect.source import SourceError, shown, url_of
from tests.service.connect.conftest import SYSTEMS

CSV = SYSTEMS / "frepple_csv"

#: What some columns of the bakery are, row by row.
EXPECTED = {
    ("items", "item_id", "base_uom", "shelf_life_days"): [
        ("0815", "pcs", 3.0),
        ("dough", "kg", None),
        ("flour", "kg", None),
    ],
    ("boms", "bom_id", "item_id"): [("Bake bread", "0815"), ("Knead", "dough")],
    ("bom_lines", "bom_id", "component_id", "quantity_per", "kind"): [
        ("Bake bread", "dough", 0.6, None),
        ("Knead", "flour", 0.7, None),
        ("Knead", "flour", 0.5, "per_lot"),
    ],
    ("operations", "routing_id", "seq", "resource_id", "setup_h", "run_h_per_unit"): [
        ("Bake bread", 10, "baker", 0.25, 0.01),
        ("Bake bread", 20, "baker", 0.5, 0.005),
        ("Bake bread", 30, "oven", 0.5, 0.005),
        ("Knead", 10, "mixer", pytest.approx(1 / 6), 0.02),
    ],
    ("resources", "resource_id", "kind", "units", "efficiency"): [
        ("baker", "finite", 1.0, 1.0),
        ("mixer", "infinite", 1.0, None),
        ("oven", "finite", 2.0, None),
    ],
    ("sources", "source_id", "location_id", "lead_time_days", "min_lot"): [
        ("BUY flour / bakery / Mill", "bakery", 5.0, 50.0),
        ("BUY flour / bakery / Mill / 2027-01-04 00:00:00", "bakery", 2.0, 50.0),
        ("MAKE Bake bread", "bakery", 0.0, 20.0),
        ("MAKE Knead", "bakery", pytest.approx(1 / 144), 10.0),
        ("MOVE 0815 / bakery / shop", "shop", 1.0, 1.0),
    ],
    ("inventory", "item_id", "location_id", "quantity"): [
        ("0815", "shop", 12.0),
        ("flour", "bakery", 75.5),
    ],
    ("policies", "item_id", "safety_stock"): [("0815", 30.0)],
    ("demands", "demand_id", "quantity", "priority", "max_late_days"): [
        ("D-1", 240.0, 2, 2.0),
        ("D-2", 60.0, 10, None),
    ],
    ("dataset", "as_of"): [(pd.Timestamp("2026-11-22"),)],
    ("supplies", "supply_id", "kind", "status", "item_id", "quantity"): [
        ("DO-3", "transfer", "confirmed", "0815", 18.0),
        ("MO-4", "production", "approved", "dough", 30.0),
        ("PO-7", "purchase", "confirmed", "flour", 100.0),
    ],
}


def _extracted(path: Path, name: str = "frepple_csv") -> Extract:
    return extract(path, read_mapping(shipped.content_of(name), name))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """
    A folder of files that may be changed.
    """
    return Path(shutil.copytree(CSV, tmp_path / "export"))


def test_a_folder_becomes_planning_tables() -> None:
    """
    Tests what is read of CSV files, by their headings, and that the rest is told.
    """
    found = _extracted(CSV)

    for (table, *names), rows in EXPECTED.items():
        frame = found.frames[table][names].astype(object)
        cells = frame.where(frame.notna(), None).itertuples(index=False, name=None)
        assert rows == list(cells), table

    [unread] = found.findings
    assert unread.text.startswith("skill.csv has 1 row, and is not read.")
    assert set(found.brought) == set(found.frames)


def test_what_was_read_is_planned() -> None:
    """
    Tests that the plan of a folder serves its demand on time, through all its steps.

    Of the 30 that the shop keeps, 18 are too old every third day, as those on their way
    are: five times it gets 18 and the bakery bakes 20. On the 18th it lacks 228 of 240
    and 30 that it keeps, which are too old on the 21st: then it needs 60 and 30 more.
    The bakery bakes 260 and 100 then, each of 0.6 of dough, of which 4 are left, and
    lacks some flour, of which 50 are the least that is bought.
    """
    data = PlanningData.from_frames(dict(_extracted(CSV).frames))

    plan = lw.plan(data, engine="mrp")

    orders = plan.frames["planned_orders"]
    then = orders["due_date"].between("2026-12-01", "2026-12-21")
    made = orders[then].groupby("item_id")["quantity"]
    served = plan.frames["demand_fulfilment"].set_index("demand_id")
    assert {"0815": 898.0, "dough": 272.0, "flour": 50.0} == made.sum().to_dict()
    assert {"2026-12-18", "2026-12-21"} == {
        f"{day:%Y-%m-%d}" for day in served["promised_date"]
    }


def test_zips_and_workbooks_are_the_same(tmp_path: Path) -> None:
    """
    Tests that a zip, and a workbook of the same tables, are read as their folder is.
    """
    zipped, book = tmp_path / "export.zip", tmp_path / "export.xlsx"

    with zipfile.ZipFile(zipped, "w") as archive, pd.ExcelWriter(book) as writer:
        for file in sorted(CSV.iterdir()):
            archive.write(file, f"export/{file.name}")
            cells = pd.read_csv(file, dtype="str")
            cells.to_excel(writer, sheet_name=file.stem, index=False)

    expected = _extracted(CSV).frames

    for path in (zipped, book):
        for name, frame in _extracted(path).frames.items():
            pd.testing.assert_frame_equal(expected[name], frame)


def test_headings_and_names_are_people_s(folder: Path) -> None:
    """
    Tests that case, spaces and punctuation of headings and names of files do not
    matter, that rare columns may be left out, and whole files.
    """
    demand = (folder / "demand.csv").read_text("utf-8")
    demand = demand.replace("Minimum Shipment,Maximum Lateness", "x,MAXIMUM_LATENESS")
    (folder / "demand.csv").unlink()
    (folder / "Demands.csv").write_text(demand, "utf-8")
    (folder / "customer.csv").unlink()

    found = _extracted(folder)

    demands = found.frames["demands"]
    assert [2.0] == demands["max_late_days"].dropna().tolist()
    assert demands["min_shipment"].isna().all()
    assert "customers" not in found.brought


def test_a_plan_from_today_has_no_first_day(folder: Path) -> None:
    """
    Tests that a folder that says today, in place of a day, is planned from today.
    """
    parameter = folder / "parameter.csv"
    parameter.write_text("name,value\ncurrentdate,today\n", "utf-8")

    data = PlanningData.from_frames(dict(_extracted(folder).frames))

    assert data.tables["dataset"].empty


@pytest.mark.parametrize(
    ("file", "before", "after", "told"),
    [
        ("demand.csv", "2026-12-18 10", "2026-02-30 10", ("Due", "2026-02-30", 2)),
        ("demand.csv", ",240,", ",NaN,", ("Quantity", "NaN", 2)),
        ("demand.csv", "D-2,", ",", ("Name", "", 3)),
        ("demand.csv", "D-2,", "D-1,", ("Name", "D-1", 3)),
        ("demand.csv", "Status,", "State,", ("", "", 1)),
        ("buffer.csv", "75.5", "many", ("onhand", "many", 3)),
        ("buffer.csv", "75.5", "1e999", ("onhand", "1e999", 3)),
        ("item.csv", "Flour", "F" * 5000, ("Description", "F" * 60, 3)),
        ("item.csv", "Flour", "Fl\udcfcr", ("", "", 3)),
        ("item.csv", "0815,", '"0815,', ("", "", 2)),
        ("item.csv", ",0.40,", ",free,", ("Cost", "free", 3)),
        ("operation.csv", "0:00:36", "soon", ("step.Duration Per Unit", "soon", 4)),
        ("purchaseorder.csv", "PO-7", "PO-7\x00", ("Reference", "PO-7\\0", 2)),
    ],
)
def test_rubbish_is_told_by_line_and_heading(
    folder: Path, file: str, before: str, after: str, told: tuple[str, str, int]
) -> None:
    """
    Tests that days, numbers, keys and texts that cannot be are told with file, line,
    heading and what stands there, whatever the mapping does with them.
    """
    path = folder / file
    content = path.read_text("utf-8")
    assert before in content
    path.write_bytes(
        content.replace(before, after, 1).encode("utf-8", "surrogateescape")
    )

    with pytest.raises(InputError) as refused:
        _extracted(folder)

    column, value, line = told
    found = [
        (each.file, each.column, each.row)
        for each in refused.value.problems
        if each.value.startswith(value)
    ]
    lines = {"operation.csv": ("operationresource.csv", column, line)}
    assert lines.get(file, (file, column, line)) in found


def test_strange_folders_are_refused(folder: Path, tmp_path: Path) -> None:
    """
    Tests that a folder without the right files, two files of one table and a mapping of
    files for a database are refused with what would help.
    """
    other = tmp_path / "other"
    other.mkdir()
    (other / "notes.csv").write_text("a,b\n1,2\n", "utf-8")

    with pytest.raises(InputError, match=r"It reads location\.csv, item\.csv"):
        _extracted(other)

    shutil.copy(folder / "item.csv", folder / "Items.csv")

    with pytest.raises(InputError, match="are of the same table"):
        _extracted(folder)

    mapping = read_mapping(shipped.content_of("frepple_csv"), "frepple_csv")

    with pytest.raises(InputError, match="reads files, and no database"):
        extract(f"sqlite:///{tmp_path / 'erp.db'}", mapping)

    with pytest.raises(SourceError, match="no folder, zip or workbook"):
        extract(f"files://{tmp_path}/nowhere", mapping)

    with pytest.raises(SourceError, match="rename it"):
        address_of_files(tmp_path / "50%")


def test_durations_are_read_as_people_write_them(tmp_path: Path) -> None:
    """
    Tests that durations are seconds however they are written, that rows are numbered in
    the order of columns, and that what may mean two things is refused.
    """
    content = """
[[feed]]
table = "operations"
from = "steps"
[feed.columns]
routing_id = { columns = ["item", "version"], separator = "/", skip_blank = true }
seq = { numbered_by = ["place", "name"] }
resource_id = "name"
setup_h = { column = "takes", duration = true, divide_by = 3600 }
"""
    mapping = read_mapping(content, "test")
    rows = ["item,version,place,name,takes", "A,,10,saw,1 day 2:30:00", "A,,9,mill,90"]
    rows += ["A,,10,glue,P1DT30M", "B,2,1,saw,36:00:00", 'B,2,,pack,"2 days, 0:00:36"']
    file = tmp_path / "steps.csv"
    file.write_text("\n".join(rows), "utf-8")

    found = extract(tmp_path, mapping).frames["operations"]

    names = ["routing_id", "seq", "resource_id", "setup_h"]
    assert [
        ("A", 10, "mill", 0.025),
        ("A", 20, "glue", 24.5),
        ("A", 30, "saw", 26.5),
        ("B/2", 10, "saw", 36.0),
        ("B/2", 20, "pack", 48.01),
    ] == list(found[names].itertuples(index=False, name=None))

    for wrong in ("10:30", "1:2", "P", "PT", "soon", "-1:00:00"):
        file.write_text(f"{rows[0]}\nA,,1,saw,{wrong}\n", "utf-8")

        with pytest.raises(InputError, match="line 2, column takes"):
            extract(tmp_path, mapping)

    with pytest.raises(InputError, match="nothing else can be said of it"):
        read_mapping(content.replace('"name"] }', '"name"], factor = 2 }'), "test")

    with pytest.raises(InputError, match="holds no numbers"):
        read_mapping(
            content.replace('"name"\n', '{ numbered_by = ["name"] }\n'), "test"
        )


def test_files_have_limits(folder: Path) -> None:
    """
    Tests that more rows than allowed are refused, of a file and of a feed.
    """
    mapping = read_mapping(shipped.content_of("frepple_csv"), "frepple_csv")

    with pytest.raises(InputError, match="2 are allowed"):
        extract(folder, mapping, Limits(files=FileLimits(rows=2)))

    with pytest.raises(SourceError, match="more than 2 rows"):
        extract(folder, mapping, Limits(most_rows=2))

    fed, _ = fetched(folder, mapping, Limits(first=1))
    assert {1} == {len(each.frame) for each in fed}


def test_reading_ends_in_time(folder: Path) -> None:
    """
    Tests that files which take too long to be read are given up.
    """
    demand = (folder / "demand.csv").read_text("utf-8").splitlines()
    rows = [demand[1].replace("D-1", f"D{number}") for number in range(5_000)]
    (folder / "demand.csv").write_text("\n".join([demand[0], *rows]), "utf-8")
    mapping = read_mapping(shipped.content_of("frepple_csv"), "frepple_csv")

    with pytest.raises(SourceError, match="more than 0 seconds"):
        extract(folder, mapping, Limits(seconds=0.0))


def test_other_mappings_read_files_strictly(tmp_path: Path) -> None:
    """
    Tests that files stand for the tables of any mapping, that all of them are needed
    then, and that their columns are compared as what stands in them.
    """
    content = """
[[feed]]
table = "items"
from = "parts"
where = "p.live == true and made < sold and since >= '2026-01-31' and price > 9"
as = "p"
[feed.columns]
item_id = "no"
base_uom = { value = "pcs" }
"""
    mapping = read_mapping(content, "test")
    rows = ["no,live,made,sold,since,price", "007,Yes,9,10,2026-02-01 07:00:00,10"]
    rows += ["008,no,9,10,2026-02-01,10", "009,yes,11,10,2026-02-01,10"]
    rows += ["010,yes,9,10,2026-01-30,10", "011,yes,9,10,2026-02-01,9.0"]
    file = tmp_path / "Parts.csv"
    file.write_text("\n".join(rows), "utf-8")

    assert ["007"] == extract(tmp_path, mapping).frames["items"]["item_id"].tolist()

    file.write_text("\n".join(rows).replace(",Yes,", ",perhaps,"), "utf-8")

    with pytest.raises(InputError, match=r'line 2, column live: "perhaps" is not true'):
        extract(tmp_path, mapping)

    file.write_text("no,live,made,sold,since\n", "utf-8")

    with pytest.raises(InputError, match="column price is missing"):
        extract(tmp_path, mapping)

    wanted = read_mapping(content.replace('"parts"', '"part"'), "test")
    (tmp_path / "wood.csv").write_text("no\n", "utf-8")
    more = content.replace('"parts"', '"wod"')

    with pytest.raises(InputError, match=r"no file of the table wod.*mean wood"):
        extract(tmp_path, read_mapping(content + more, "test"))

    assert [1] == [
        each.num_rows
        for each in found_in(
            _written(tmp_path, rows), wanted, seconds=10.0, counts=True
        )
    ]


def _written(folder: Path, rows: list[str]) -> str:
    """
    Returns the address of a folder of one file.
    """
    (folder / "Parts.csv").write_text("\n".join(rows), "utf-8")
    address = address_of_files(folder)
    assert address == shown(url_of(address))

    return address
