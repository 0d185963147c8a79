"""Files of every format with the same invented article, made by hand or by what writes them."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import warnings
import zipfile
from email.message import EmailMessage

TITLE = "Tern Bay opens its new lock"
PARAGRAPHS = (
    "The harbour master of Tern Bay opened the new lock on Friday before a crowd of four hundred.",
    "It replaces a gate of 1911 that had to be turned by hand, in a gale by as many as six men.",
    "The lock cost 2.4 million crowns, a third of which was paid by the owners of fishing boats.",
)
TEXT = "\n\n".join(PARAGRAPHS)
HTML_BODY = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
URL = "https://www.baymirror.example/news/lock"
RECORD = {
    "headline": TITLE,
    "body": TEXT,
    "pubDate": "Sat, 04 May 2024 08:00:00 +0200",
    "byline": "By Ida Fenn",
    "publication": "Bay Mirror",
    "category": "Harbour",
    "lang": "en-GB",
    "link": URL,
    "guid": "tb-1",
}


def html(head: str = "", title: str = TITLE) -> bytes:
    """A page that states nothing of itself but its title."""
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body><main><article>"
        f"<h1>{title}</h1>{HTML_BODY}</article></main></body></html>"
    ).encode()


def jsonl(*records: dict[str, object]) -> bytes:
    """Records, one a line."""
    return b"".join(json.dumps(record).encode() + b"\n" for record in records or [RECORD])


def pdf(*pages: tuple[str, ...], about: str = "") -> bytes:
    """A PDF by hand: a line of text each, 14 points apart."""
    objects = ["<</Type/Catalog/Pages 2 0 R>>", ""]
    font = 3
    objects.append("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
    kids = []
    for lines in pages:
        shown = "".join(f"({line}) Tj 0 -14 Td " for line in lines)
        content = f"BT /F1 10 Tf 50 780 Td {shown}ET" if lines else ""
        objects.append(f"<</Length {len(content)}>>stream\n{content}\nendstream")
        kids.append(f"{len(objects) + 1} 0 R")
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {len(objects)} 0 R"
            f"/Resources<</Font<</F1 {font} 0 R>>>>>>"
        )
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>"
    objects.append(f"<<{about}>>")
    return _with_table(objects, f"/Info {len(objects)} 0 R")


def _with_table(objects: list[str], more: str) -> bytes:
    data = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    return data + (
        f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n"
        f"<</Size {size}/Root 1 0 R{more}>>\nstartxref\n{len(data)}\n%%EOF"
    ).encode("latin-1")


def endless_pdf(depth: int = 12) -> bytes:
    """A PDF of two kilobytes whose page shows a form ten times, which shows one ten times, ..."""
    names = "<</XObject<</X {} 0 R>>>>"
    again = "/X Do " * 10
    objects = ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[4 0 R]>>"]
    objects.append(f"<</Length {len(again)}>>stream\n{again}\nendstream")
    objects.append(
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 3 0 R"
        f"/Resources{names.format(5)}>>"
    )
    for number in range(5, 5 + depth):
        form = f"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources{names.format(number + 1)}"
        objects.append(f"<<{form}/Length {len(again)}>>stream\n{again}\nendstream")
    objects.append("<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 0>>stream\n\nendstream")
    return _with_table(objects, "")


def docx() -> bytes:
    """A DOCX by python-docx."""
    from docx import Document

    document = Document()
    document.core_properties.author = "Ida Fenn"
    document.add_heading(TITLE, 0)
    document.add_paragraph("By Ida Fenn")
    document.add_paragraph("Posted 4 May 2024 08:00 BST")
    for paragraph in PARAGRAPHS:
        document.add_paragraph(paragraph)
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Tern", "3.50"
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def mail(*, newsletter: bool = False, page: bool = False, number: int = 1) -> bytes:
    """A message by the standard library."""
    message = EmailMessage()
    message["Subject"] = TITLE
    message["From"] = "Ida Fenn <fenn@baymirror.example>"
    message["Date"] = "Sat, 04 May 2024 08:00:00 +0200"
    message["Message-ID"] = f"<tb-{number}@baymirror.example>"
    if newsletter:
        message["List-Unsubscribe"] = "<https://baymirror.example/stop>"
    message.set_content("View this mail in a browser." if page else f"{TEXT}\n\n-- \nIda Fenn\n")
    if page:
        message.add_alternative(html().decode(), subtype="html")
    return message.as_bytes()


def mbox(*messages: bytes) -> bytes:
    """A mailbox of messages."""
    return b"".join(
        b"From fenn@baymirror.example Sat May  4 08:00:00 2024\n" + message + b"\n"
        for message in messages
    )


def mhtml() -> bytes:
    """A page as Chromium saves it into one file."""
    body = html().decode("ascii").replace("=", "=3D")
    return (
        f"From: <Saved by Blink>\r\nSnapshot-Content-Location: {URL}\r\nSubject: {TITLE}\r\n"
        "Date: Sun, 1 Jun 2025 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; type="text/html"; boundary="----b"\r\n\r\n\r\n'
        "------b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n"
        f"Content-Location: {URL}\r\n\r\n{body}\r\n------b\r\nContent-Type: image/png\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n------b--\r\n"
    ).encode()


def warc(*pages: tuple[str, str, bytes], packed: bool = False) -> bytes:
    """A crawl by warcio: address, status and body of each answer."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    stream = io.BytesIO()
    writer = WARCWriter(stream, gzip=packed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # the writer leaves copies open
        for address, status, body in pages:
            kind = "image/png" if address.endswith(".png") else "text/html; charset=utf-8"
            headers = StatusAndHeaders(status, [("Content-Type", kind)], protocol="HTTP/1.1")
            record = writer.create_warc_record(
                address, "response", payload=io.BytesIO(body), http_headers=headers
            )
            writer.write_record(record)
            del record
    return stream.getvalue()


RSS = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Bay Mirror</title>
<language>en-GB</language><link>https://www.baymirror.example</link>
<item><title>{TITLE}</title><link>{URL}</link><guid>tb-1</guid>
<pubDate>Sat, 04 May 2024 08:00:00 +0200</pubDate><dc:creator>Ida Fenn</dc:creator>
<category>Harbour</category><description>Six men are out of work</description>
<content:encoded><![CDATA[{HTML_BODY}]]></content:encoded></item>
<item><title>Only a headline</title></item></channel></rss>""".encode()
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Bay Mirror</title><entry>
<title>{TITLE}</title><id>tb-1</id><link href="{URL}"/><author><name>Ida Fenn</name></author>
<published>2024-05-04T08:00:00+02:00</published><updated>2024-05-05T09:00:00Z</updated>
<content type="html">{HTML_BODY.replace("<", "&lt;")}</content></entry></feed>""".encode()
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Bay Mirror",
        "description": "News of the bay",
        "items": [
            {
                "id": "tb-1",
                "url": URL,
                "title": TITLE,
                "content_html": HTML_BODY,
                "date_published": "2024-05-04T08:00:00+02:00",
                "authors": [{"name": "Ida Fenn"}],
            }
        ],
    }
).encode()
NITF = f"""<?xml version="1.0"?><!DOCTYPE nitf SYSTEM "nitf-3-2.dtd"><nitf xml:lang="en"><head>
<docdata><doc-id id-string="tb-1"/><date.issue norm="20240504T080000+0200"/></docdata>
<pubdata name="Bay Mirror" position.section="Harbour"/></head><body><body.head><hedline>
<hl1>{TITLE}</hl1></hedline><byline>By Ida Fenn</byline></body.head>
<body.content>{HTML_BODY}</body.content></body></nitf>""".encode()
NEWSML = f"""<?xml version="1.0" encoding="UTF-8"?>
<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="tb-1" version="2" xml:lang="en">
<itemMeta><provider literal="Bay Mirror"/><versionCreated>2024-05-05T09:00:00Z</versionCreated>
<firstCreated>2024-05-04T08:00:00+02:00</firstCreated></itemMeta><contentMeta>
<headline>{TITLE}</headline><by>By Ida Fenn</by><language tag="en-GB"/></contentMeta><contentSet>
<inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><body>
<h1>{TITLE}</h1>{HTML_BODY}</body></html></inlineXML></contentSet></newsItem>""".encode()
NINJS = json.dumps(
    {
        "uri": "tb-1",
        "type": "text",
        "firstcreated": "2024-05-04T08:00:00+02:00",
        "versioncreated": "2024-05-05T09:00:00Z",
        "language": "en",
        "by": "By Ida Fenn",
        "headlines": [{"role": "main", "value": TITLE}],
        "bodies": [
            {"contenttype": "text/html", "value": HTML_BODY},
            {"contenttype": "text/plain", "value": TEXT},
        ],
    }
).encode()


def zipped(members: dict[str, bytes]) -> bytes:
    """A ZIP of members by name."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def tarred(members: dict[str, bytes], *, packed: bool = False) -> bytes:
    """A TAR of members by name."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return gzip.compress(stream.getvalue()) if packed else stream.getvalue()
