"""Code pages told apart by the letters that they give."""

from pathlib import Path

import pytest

from pipeline.sources.parts import Part
from pipeline.sources.reading import read_parts

HEADER = "id,name,country\n"
WRITTEN = [
    ("cp1251", "Покупатель K0070,Россия"),
    ("cp1251", "ТОВАРЫ ДЛЯ ДЕТЕЙ,МОСКВА"),
    ("koi8_r", "Покупатель,Россия"),
    ("koi8_r", "ПОКУПАТЕЛЬ,Нижний Новгород"),
    ("cp866", "Покупатель,Россия"),
    ("mac_cyrillic", "Покупатель,Россия"),
    ("iso8859_5", "Покупатель,Россия"),
    ("gbk", "客户K0070,中国"),
    ("gb18030", "李明,上海市浦东新区手机壳（黑色）"),
    ("big5", "客戶王小明,台灣台北市"),
    ("shift_jis", "顧客K0070,日本 東京都"),
    ("shift_jis", "田中さくら,ノート 大阪"),
    ("euc_jp", "田中さくら,ノート 大阪"),
    ("euc_kr", "고객 서울,대한민국 김철수"),
    ("cp1253", "Πελάτης Γιώργος,Ελλάδα"),
    ("cp1255", "לקוח,ישראל תל אביב"),
    ("cp1256", "عميل,السعودية الرياض"),
    ("cp1254", "Müşteri Ayşe Yılmaz,Türkiye İstanbul"),
    ("cp1252", "Müller naïve façade,Århus señor"),
    ("cp1252", "Þór Guðmundsson,Ísland"),
    ("cp1252", "price in €,– “fine” don’t"),
    ("cp1252", "DÉCORATION NOËL,CŒUR"),
    ("iso8859_15", "Prix 5 €,œuvre de cœur"),
    ("cp1250", "Zażółć gęślą jaźń,Łódź Świętokrzyskie"),
    ("cp1250", "Příliš žluťoučký kůň,Škoda Brno město"),
    ("mac_roman", "Café Müller Andréa,España Köln"),
    ("mac_roman", "José García,Málaga"),
    ("cp850", "Jürgen Müller,Köln Straße"),
    ("cp850", "José García,Málaga"),
]


def read(tmp_path: Path, content: bytes) -> Part:
    (tmp_path / "orders.csv").write_bytes(content)
    (part,) = read_parts(tmp_path / "orders.csv")
    return part


@pytest.mark.parametrize(("encoding", "written"), WRITTEN)
def test_names_are_readable_and_nothing_is_doubted(tmp_path: Path, encoding: str, written: str):
    lines = "".join(f"{n},{written}\n" for n in range(30))
    part = read(tmp_path, (HEADER + lines).encode(encoding))
    row = part.table.slice(3, 1).to_pylist()[0]
    assert ",".join(row.values()) == f"3,{written}"
    assert part.doubts == ()


@pytest.mark.parametrize("encoding", sorted({encoding for encoding, _ in WRITTEN}))
@pytest.mark.parametrize("form", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_never_mistaken(tmp_path: Path, encoding: str, form: str):
    written = next(text for each, text in WRITTEN if each == encoding)
    part = read(tmp_path, (HEADER + f"1,{written}\n" * 3).encode(form))
    assert part.table.column_names == ["id", "name", "country"]
    assert part.table["name"].to_pylist() == [written.split(",")[0]] * 3
    assert part.doubts == ()


def test_unicode_with_a_stray_byte_stays_unicode_and_is_doubted(tmp_path: Path):
    lines = "".join(f"{n},Zoë Müller,Österreich\n" for n in range(30)).encode()
    part = read(tmp_path, HEADER.encode() + lines + b"31,caf\xe9,France\n")
    assert part.table["country"].to_pylist()[:30] == ["Österreich"] * 30
    assert part.table["name"].to_pylist()[30] == "caf\ufffd"
    assert [doubt.code for doubt in part.doubts] == ["code_page"]


def test_a_damaged_eastern_text_is_doubted_and_else_as_it_is(tmp_path: Path):
    lines = "".join(f"{n},客户王芳,中国北京市\n" for n in range(9000)).encode("gb18030")
    part = read(tmp_path, HEADER.encode() + lines + b"1,\xff\xff,x\n")
    assert part.table["name"].to_pylist()[0] == "客户王芳"
    assert [doubt.code for doubt in part.doubts] == ["code_page"]


def test_one_short_word_may_be_of_several_scripts(tmp_path: Path):
    part = read(tmp_path, (HEADER + "1,Ωμέγα,x\n" * 5).encode("cp1253"))
    assert [doubt.code for doubt in part.doubts] == ["code_page"]


def test_a_script_that_no_page_makes_sense_of_is_doubted(tmp_path: Path):
    part = read(tmp_path, HEADER.encode() + b"1,\xdd\xfe\xd0\xb0\xa1\xbf\xfe,x\n" * 5)
    assert [doubt.code for doubt in part.doubts] == ["code_page"]
