"""
Files that mean harm, or come from programs that know no better.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable

import pyarrow as pa
import pyarrow.parquet

ITEMS = "item_id,base_uom\nA,pcs\nB,pcs\n"

#: How each file is sent: path below the data set, and content type.
ZIP = ("package", "application/zip")
BOOK = (
    "package",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
SHEET = ("tables/items", BOOK[1])
CSV = ("tables/items", "text/csv")
PARQUET = ("tables/items", "application/vnd.apache.parquet")
ARROW = ("tables/items", "application/vnd.apache.arrow.stream")
JSON = ("tables/items", "application/json")

_SHEET = (
    '<?xml version="1.0"?><worksheet '
    'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>{}</sheetData></worksheet>"
)


def zipped(files: dict[str, bytes | str]) -> bytes:
    """
    Returns a zip of some files.
    """
    content = io.BytesIO()

    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as out:
        for name, part in files.items():
            out.writestr(name, part)

    return content.getvalue()


def bomb(name: str, size: int) -> bytes:
    """
    Returns a zip with one file of so many blanks.
    """
    content = io.BytesIO()

    with (
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out,
        out.open(name, "w", force_zip64=True) as member,
    ):
        for _ in range(size >> 20):
            member.write(b" " * (1 << 20))

    return content.getvalue()


def lying(name: str, part: bytes, claimed: int) -> bytes:
    """
    Returns a zip that says that its one file has another size than it has.
    """
    content = bytearray(zipped({name: part}))
    real = struct.pack("<I", len(part))
    at = content.find(b"PK\x01\x02") + 24
    assert content[at : at + 4] == real
    content[at : at + 4] = struct.pack("<I", claimed)
    content[22:26] = struct.pack("<I", claimed)

    return bytes(content)


def linked() -> bytes:
    """
    Returns a zip in which a table is a link to a file of the machine.
    """
    info = zipfile.ZipInfo("items.csv")
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    content = io.BytesIO()

    with zipfile.ZipFile(content, "w") as out:
        out.writestr(info, "/etc/passwd")

    return content.getvalue()


def locked() -> bytes:
    """
    Returns a zip whose file says that it is encrypted.
    """
    content = bytearray(zipped({"items.csv": ITEMS}))
    content[6] |= 1
    content[content.find(b"PK\x01\x02") + 8] |= 1

    return bytes(content)


def arrow(columns: dict[str, pa.Array]) -> bytes:
    """
    Returns an Arrow stream.
    """
    cells = pa.table(columns)
    out = pa.BufferOutputStream()

    with pa.ipc.new_stream(out, cells.schema) as stream:
        stream.write_table(cells)

    return bytes(out.getvalue())


def parquet(columns: dict[str, pa.Array]) -> bytes:
    """
    Returns a Parquet file.
    """
    out = io.BytesIO()
    pyarrow.parquet.write_table(pa.table(columns), out)

    return out.getvalue()


def book(sheet: str, *, name: str = "items", date1904: bool = False) -> bytes:
    """
    Returns a workbook of one sheet, whose rows are given as they stand in its file.
    """
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    epoch = '<workbookPr date1904="1"/>' if date1904 else ""

    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/xl/workbook.xml" '
            f'ContentType="{kind}.sheet.main+xml"/>'
            "<Override PartName="
            f'"/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
            f'<Relationship Id="r1" Type="{office}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": '<?xml version="1.0"?><workbook xmlns='
            '"http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
            f'xmlns:r="{office}">{epoch}<sheets>'
            f'<sheet name="{name}" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/'
            f'relationships"><Relationship Id="r1" Type="{office}/worksheet" '
            'Target="worksheets/sheet1.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": _SHEET.format(sheet),
        }
    )


def cells(*rows: str) -> str:
    """
    Returns rows of text as a sheet has them, cells separated by bars.
    """
    return "".join(
        "<row>"
        + "".join(
            f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row.split("|")
        )
        + "</row>"
        for row in rows
    )


def _offsets() -> bytes:
    """
    Returns an Arrow stream whose texts end far behind their own end.
    """
    content = bytearray(arrow({"item_id": pa.array(["AA", "BB", "CC"])}))
    at = content.find(struct.pack("<4i", 0, 2, 4, 6))
    assert at > 0
    content[at : at + 16] = struct.pack("<4i", 0, 2, 1 << 30, 6)

    return bytes(content)


def _dictionary() -> bytes:
    """
    Returns an Arrow stream with a code that stands for no word.
    """
    codes = pa.array([0, 1, 99], pa.int8())
    words = pa.DictionaryArray.from_arrays(codes, pa.array(["A", "B"]), safe=False)

    return arrow({"item_id": words, "base_uom": pa.array(["pcs"] * 3)})


def _text(encoding: str) -> bytes:
    return "item_id,base_uom,name\nA,pcs,Größe\n".encode(encoding)


def _deep(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


_WHOLE = parquet({"item_id": pa.array(["A"]), "base_uom": pa.array(["pcs"])})
_BLOCKS = zlib.compress(b"")

#: Files that are refused, with how they are sent.
REFUSED: dict[str, tuple[tuple[str, str], Callable[[], bytes]]] = {
    "zip bomb": (ZIP, lambda: bomb("items.csv", 64 << 20)),
    "workbook bomb": (BOOK, lambda: bomb("xl/worksheets/sheet1.xml", 64 << 20)),
    "workbook bomb as a table": (SHEET, lambda: bomb("xl/x.xml", 64 << 20)),
    "nested zip": (ZIP, lambda: zipped({"in.zip": zipped({"items.csv": ITEMS})})),
    "path that climbs": (ZIP, lambda: zipped({"../items.csv": ITEMS})),
    "path that climbs inside": (ZIP, lambda: zipped({"a/../../items.csv": ITEMS})),
    "path that climbs by bars": (ZIP, lambda: zipped({"..\\items.csv": ITEMS})),
    "absolute path": (ZIP, lambda: zipped({"/etc/items.csv": ITEMS})),
    "path with a drive": (ZIP, lambda: zipped({"C:\\items.csv": ITEMS})),
    "link": (ZIP, linked),
    "locked zip": (ZIP, locked),
    "size that is too small": (ZIP, lambda: lying("items.csv", ITEMS.encode(), 5)),
    "size that is too large": (
        ZIP,
        lambda: lying("items.csv", ITEMS.encode(), 2**31 - 1),
    ),
    "empty zip": (ZIP, lambda: zipped({})),
    "zip of nothing that is known": (ZIP, lambda: zipped({"virus.exe": "MZ"})),
    "zip of two of one name": (
        ZIP,
        lambda: zipped({"items.csv": ITEMS, "ITEMS.csv": ITEMS}),
    ),
    "zip of many files": (
        ZIP,
        lambda: zipped({f"{number}.csv": "a\n" for number in range(100)}),
    ),
    "zip cut off": (ZIP, lambda: zipped({"items.csv": ITEMS})[:-30]),
    "no zip at all": (ZIP, lambda: b"PK\x03\x04 or so"),
    "nothing": (ZIP, lambda: b""),
    "zip of several folders": (
        ZIP,
        lambda: zipped({"a/items.csv": ITEMS, "b/demands.csv": ITEMS}),
    ),
    "old workbook": (BOOK, lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
    "workbook without a book": (BOOK, lambda: zipped({"x.xml": "<x/>"})),
    "workbook of rubbish": (BOOK, lambda: zipped({"xl/workbook.xml": "<<<"})),
    "workbook of one far cell": (
        BOOK,
        lambda: book(
            '<row r="1"><c r="A1"><v>1</v></c></row>'
            '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        ),
    ),
    "workbook with entities": (
        BOOK,
        lambda: zipped(
            {
                "xl/workbook.xml": '<!DOCTYPE x [<!ENTITY a "aaaaaaaa">'
                '<!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
            }
        ),
    ),
    "sheet of another name": (SHEET, lambda: book(cells("a|b"), name="Sheet1")),
    "sheet of a wrong table": (BOOK, lambda: book(cells("a|b"), name="nothing")),
    "csv of nothing": (CSV, lambda: b""),
    "csv of blanks": (CSV, lambda: b"\n\n  \n"),
    "csv in UTF-16": (CSV, lambda: _text("utf-16")),
    "csv in UTF-32": (CSV, lambda: _text("utf-32")),
    "csv in cp1252": (CSV, lambda: _text("cp1252")),
    "csv with semicolons": (CSV, lambda: b"item_id;base_uom\nA;pcs\n"),
    "csv with tabs": (CSV, lambda: b"item_id\tbase_uom\nA\tpcs\n"),
    "csv with decimal commas": (
        ("tables/inventory", "text/csv"),
        lambda: b'item_id,location_id,quantity\nA,P,"1,5x"\n',
    ),
    "csv with an open quote": (CSV, lambda: b'item_id,base_uom\n"A,pcs\n'),
    "csv with odd rows": (CSV, lambda: b"item_id,base_uom\nA,pcs,1,2\nB\n"),
    "csv with one name twice": (CSV, lambda: b"item_id,item_id,base_uom\nA,B,pcs\n"),
    "csv with a huge cell": (
        CSV,
        lambda: b"item_id,base_uom\nA,p" + b"p" * 5000,
    ),
    "csv with many columns": (
        CSV,
        lambda: (
            ("item_id,base_uom," + ",".join(f"c{x}" for x in range(300))).encode()
            + b"\nA,pcs"
            + b",1" * 300
        ),
    ),
    "csv without its key": (CSV, lambda: b"base_uom\npcs\n"),
    "csv with a NUL": (CSV, lambda: b"item_id,base_uom\nA\0,pcs\n"),
    "json with a NUL": (JSON, lambda: b'[{"item_id": "A\\u0000", "base_uom": "p"}]'),
    "json with half a character": (
        JSON,
        lambda: b'[{"item_id": "A\\ud800", "base_uom": "p"}]',
    ),
    "parquet with a NUL": (
        PARQUET,
        lambda: parquet({"item_id": pa.array(["A\0"]), "base_uom": pa.array(["p"])}),
    ),
    "csv with a key twice": (CSV, lambda: b"item_id,base_uom\nA,pcs\nA,pcs\n"),
    "csv of a picture": (CSV, lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256))),
    "csv with 30 February": (
        ("tables/demands", "text/csv"),
        lambda: (
            b"demand_id,kind,item_id,location_id,quantity,due_date\n"
            b"D,order,A,P,1,2026-02-30\n"
        ),
    ),
    "csv with a number that is none": (
        ("tables/demands", "text/csv"),
        lambda: (
            b"demand_id,kind,item_id,location_id,quantity,due_date\n"
            b"D,order,A,P,inf,2026-02-03\nE,order,A,P,nan,2026-02-03\n"
            b"F,order,A,P,1e300,2026-02-03\n"
        ),
    ),
    "parquet cut off": (PARQUET, lambda: _WHOLE[:-20]),
    "parquet without its middle": (PARQUET, lambda: _WHOLE[:10] + _WHOLE[60:]),
    "parquet that is none": (PARQUET, lambda: b"PAR1" + _BLOCKS + b"PAR1"),
    "parquet of lists": (
        PARQUET,
        lambda: parquet({"item_id": pa.array([["A"]]), "base_uom": pa.array(["p"])}),
    ),
    "parquet of bytes": (
        PARQUET,
        lambda: parquet({"item_id": pa.array([b"\xff"]), "base_uom": pa.array(["p"])}),
    ),
    "arrow of nothing": (ARROW, lambda: b""),
    "arrow of numbers": (
        ARROW,
        lambda: arrow({"item_id": pa.array([1.5]), "base_uom": pa.array(["p"])}),
    ),
    "arrow of structures": (
        ARROW,
        lambda: arrow({"item_id": pa.array([{"a": 1}]), "base_uom": pa.array(["p"])}),
    ),
    "arrow with false offsets": (ARROW, _offsets),
    "arrow with false codes": (ARROW, _dictionary),
    "arrow cut off": (ARROW, lambda: arrow({"item_id": pa.array(["A"])})[:-40]),
    "arrow file for a stream": (ARROW, lambda: b"ARROW1\0\0" + b"\0" * 64),
    "json of depth": (JSON, lambda: _deep(100_000)),
    "json of one object": (JSON, lambda: b'{"item_id": "A"}'),
    "json of numbers": (JSON, lambda: b"[1, 2]"),
    "json of lists": (JSON, lambda: b'[{"item_id": ["A"], "base_uom": "p"}]'),
    "json with a cell twice": (
        JSON,
        lambda: b'[{"item_id": "A", "item_id": "B", "base_uom": "p"}]',
    ),
    "json with no number": (JSON, lambda: b'[{"item_id": "A", "base_uom": NaN}]'),
    "json with a long number": (
        JSON,
        lambda: b'[{"item_id": "A", "base_uom": ' + b"9" * 5000 + b"}]",
    ),
    "json cut off": (JSON, lambda: b'[{"item_id": "A"'),
    "json that is no text": (JSON, lambda: b'["\xff\xfe"]'),
}

_ROWS = cells("item_id|base_uom", "A|pcs", "B|pcs")

#: Files that look odd and are good: they hold the items A and B.
TAKEN: dict[str, tuple[tuple[str, str], Callable[[], bytes]]] = {
    "csv with a mark of its bytes": (CSV, lambda: b"\xef\xbb\xbf" + ITEMS.encode()),
    "csv of Windows": (CSV, lambda: ITEMS.replace("\n", "\r\n").encode()),
    "csv of old Macintoshes": (CSV, lambda: ITEMS.replace("\n", "\r").encode()),
    "csv with blank rows": (CSV, lambda: ITEMS.replace("\n", "\n\n").encode()),
    "zip with a manifest": (
        ZIP,
        lambda: zipped({"items.csv": ITEMS, "manifest.json": '{"tables": ["items"]}'}),
    ),
    "zip with litter": (
        ZIP,
        lambda: zipped({"t/items.csv": ITEMS, "__MACOSX/t/._items.csv": "\0"}),
    ),
    "workbook": (BOOK, lambda: book(_ROWS)),
    "workbook that counts from 1904": (SHEET, lambda: book(_ROWS, date1904=True)),
    "json": (
        JSON,
        lambda: (
            b'[{"item_id": "A", "base_uom": "pcs"}, '
            b'{"item_id": "B", "base_uom": "pcs"}]'
        ),
    ),
    "json rows": (
        JSON,
        lambda: (
            b'{"rows": [{"item_id": "A", "base_uom": "pcs"}, '
            b'{"item_id": "B", "base_uom": "pcs"}]}'
        ),
    ),
    "arrow with a dictionary": (
        ARROW,
        lambda: arrow(
            {
                "item_id": pa.array(["A", "B"]).dictionary_encode(),
                "base_uom": pa.array(["pcs", "pcs"]),
            }
        ),
    ),
    "parquet of large texts": (
        PARQUET,
        lambda: parquet(
            {
                "item_id": pa.array(["A", "B"], pa.large_string()),
                "base_uom": pa.array(["pcs", "pcs"]),
            }
        ),
    ),
}
