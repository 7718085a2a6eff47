"""Files as people send and see them, on this server's disk and on S3."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Iterator

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, Route, expect

from core.storage.s3 import S3Store
from tests.browser.pages import PASSWORD, Visitor
from tests.core.storage.places import close, s3_options
from tests.core.storage.strict_s3 import ACCESS_KEY, SECRET_KEY, strict_s3
from tests.services import Server, servers

Visit = Callable[..., Visitor]
STORES = re.compile("/media/u/|X-Amz-Signature")
DROP = """
([name, type, encoded]) => {
    const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], name, { type }));
    const tell = (kind) => document.body.dispatchEvent(
        new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
    tell("dragenter");
    window.letGo = () => tell("drop");
}
"""


@pytest.fixture(scope="module", params=["local", "s3"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """Run a site over each store in turn."""
    admin = {"ADMIN_EMAIL": "admin@example.org", "ADMIN_PASSWORD": PASSWORD}
    if request.param == "local":
        with servers(1, **admin) as (running,):
            yield running
            assert "Traceback" not in running.log.read_text()
        return
    with strict_s3() as url:
        store = S3Store(s3_options(url))
        store._client.create_bucket(Bucket="chatflow")
        close(store)
        own = {"S3_BUCKET": "chatflow", "S3_ENDPOINT_URL": url, "S3_ADDRESSING_STYLE": "path"}
        keys = {"S3_ACCESS_KEY_ID": ACCESS_KEY, "S3_SECRET_ACCESS_KEY": SECRET_KEY}
        with servers(1, **admin, **own, **keys) as (running,):
            yield running
            assert "Traceback" not in running.log.read_text()


def _photo(width: int, height: int, turned: int = 1) -> bytes:
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x0112] = turned
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(out, "JPEG", exif=exif)
    return out.getvalue()


def _file(name: str, kind: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": data}


def _drop(page: Page, name: str, kind: str, data: bytes) -> None:
    page.evaluate(DROP, [name, kind, base64.b64encode(data).decode()])
    expect(page.get_by_test_id("drop-zone")).to_be_visible()
    page.evaluate("window.letGo()")
    expect(page.get_by_test_id("drop-zone")).to_have_count(0)


def _two(visit: Visit, number: str, request: pytest.FixtureRequest) -> tuple[Visitor, Visitor]:
    kind = request.node.callspec.params["server"]
    room = f"Files {number} {kind}"
    return (
        visit().register(f"ada{number}{kind}").create_room(room),
        visit().register(f"bill{number}{kind}").join_room(room),
    )


def _loaded(image: Locator) -> tuple[int, int]:
    """Wait for a picture and return its own size."""
    expect(image).to_have_js_property("complete", True)
    size: list[int] = image.evaluate("(image) => [image.naturalWidth, image.naturalHeight]")
    assert size[0] > 0
    return size[0], size[1]


def test_a_dropped_picture_is_seen_on_the_other_side_and_opened(visit: Visit, request: pytest.FixtureRequest) -> None:
    ada, bill = _two(visit, "1", request)
    _drop(ada.page, "sea.jpg", "image/jpeg", _photo(1000, 1600, turned=6))
    expect(ada.page.get_by_test_id("attachment")).to_have_attribute("data-state", "done")
    ada.say("look at this").sees("look at this")
    expect(ada.page.get_by_test_id("attachment")).to_have_count(0)
    bill.sees("look at this")
    place = bill.message("look at this").get_by_role("button", name="Open sea.jpg")
    before = place.bounding_box()
    image = place.get_by_role("img")
    expect(image).to_have_attribute("src", re.compile("/thumbnail$"))
    assert _loaded(image) == (800, 500)
    after = place.bounding_box()
    assert before is not None and after is not None
    assert (before["width"], before["height"]) == (after["width"], after["height"])
    place.click()
    lightbox = bill.page.get_by_test_id("lightbox")
    expect(lightbox).to_contain_text("sea.jpg")
    assert _loaded(lightbox.get_by_role("img")) == (1600, 1000)
    bill.page.keyboard.press("Escape")
    expect(lightbox).to_have_count(0)


def test_several_at_once_and_what_is_no_picture_is_a_card(visit: Visit, request: pytest.FixtureRequest) -> None:
    ada, bill = _two(visit, "2", request)
    files = [_file(f"{n}.jpg", "image/jpeg", _photo(60, 40)) for n in range(3)]
    page = _file("page.html", "text/html", b"<script>document.title='owned'</script>")
    ada.page.get_by_test_id("pick-files").set_input_files([*files, page])
    expect(ada.page.get_by_test_id("attachment")).to_have_count(4)
    ada.page.get_by_role("button", name="Remove 2.jpg").click()
    expect(ada.page.get_by_test_id("attachment")).to_have_count(3)
    ada.say("three of them").sees("three of them")
    message = bill.message("three of them")
    expect(message.get_by_test_id("open-picture")).to_have_count(2)
    message.get_by_role("button", name="Open 0.jpg").click()
    expect(bill.page.get_by_test_id("lightbox")).to_contain_text("1 of 2")
    bill.page.keyboard.press("ArrowRight")
    expect(bill.page.get_by_test_id("lightbox")).to_contain_text("2 of 2")
    bill.page.keyboard.press("Escape")
    with bill.page.expect_download() as loading:
        message.get_by_test_id("file-card").click()
    assert loading.value.suggested_filename == "page.html"
    assert "owned" not in bill.page.title()


def test_a_lost_connection_costs_nothing(visit: Visit, request: pytest.FixtureRequest) -> None:
    ada, bill = _two(visit, "3", request)
    lost: list[Route] = []

    def lose_twice(route: Route) -> None:
        if len(lost) < 2:
            lost.append(route)
            route.abort()
        else:
            route.continue_()

    ada.page.route(STORES, lose_twice)
    data = _file("notes.txt", "text/plain", b"words" * 1000)
    ada.page.get_by_test_id("pick-files").set_input_files([data])
    ada.say("sent before it had arrived")
    bill.sees("sent before it had arrived")
    expect(bill.message("sent before it had arrived").get_by_test_id("file-card")).to_contain_text("notes.txt")
    assert len(lost) == 2


def test_what_was_being_sent_goes_on_after_a_reload(visit: Visit, request: pytest.FixtureRequest) -> None:
    ada, bill = _two(visit, "4", request)
    ada.page.route(STORES, lambda route: route.abort())
    data = _file("plan.txt", "text/plain", b"plan" * 1000)
    ada.page.get_by_test_id("pick-files").set_input_files([data])
    ada.say("through a reload")
    expect(ada.message("through a reload")).to_have_attribute("data-state", "pending")
    ada.page.unroute(STORES)
    ada.page.reload()
    ada.sees("through a reload")
    expect(bill.message("through a reload").get_by_test_id("file-card")).to_contain_text("plan.txt")


def test_an_avatar_is_seen_by_the_others(visit: Visit, request: pytest.FixtureRequest) -> None:
    ada, bill = _two(visit, "5", request)
    ada.say("who am I").sees("who am I")
    ada.page.get_by_role("button", name="Settings").click()
    picture = _file("me.jpg", "image/jpeg", _photo(300, 200))
    ada.page.get_by_test_id("pick-picture").set_input_files([picture])
    assert _loaded(bill.message("who am I").locator("img")) == (256, 256)


def test_a_file_that_is_too_large_is_named_and_left_out(visit: Visit, request: pytest.FixtureRequest) -> None:
    ada, bill = _two(visit, "12", request)
    good, large = _file("good.txt", "text/plain", b"words"), _file("large.bin", "application/zip", b"x" * 26_300_000)
    ada.page.get_by_test_id("pick-files").set_input_files([good, large])
    ada.composer.fill("two files")
    chip = ada.page.get_by_test_id("attachment").filter(has_text="large.bin")
    expect(chip).to_contain_text("Larger than 26 MB. Remove it to send the rest.")
    expect(chip.get_by_role("button", name="Try large.bin again")).to_have_count(0)
    expect(ada.page.get_by_role("button", name="Send")).to_be_disabled()
    chip.get_by_role("button", name="Remove large.bin").click()
    ada.page.get_by_role("button", name="Send").click()
    ada.sees("two files")
    expect(bill.message("two files")).to_contain_text("good.txt")


def test_the_rooms_files_are_listed(visit: Visit, request: pytest.FixtureRequest) -> None:
    ada, bill = _two(visit, "6", request)
    files = [_file("one.jpg", "image/jpeg", _photo(60, 40))]
    ada.page.get_by_test_id("pick-files").set_input_files(files)
    ada.say("a picture").sees("a picture")
    bill.sees("a picture")
    bill.page.get_by_role("button", name="Files and links").click()
    panel = bill.page.get_by_role("complementary", name="Files and links")
    panel.get_by_role("button", name="Open one.jpg").click()
    expect(bill.page.get_by_test_id("lightbox")).to_contain_text("one.jpg")


def test_files_to_send_hide_nothing_of_the_end(visit: Visit, request: pytest.FixtureRequest) -> None:
    ada, _ = _two(visit, "7", request)
    for number in range(8):
        ada.say("\n".join([f"line {number}"] * 5)).sees(f"line {number}")
    files = [_file("one.txt", "text/plain", b"words")]
    ada.page.get_by_test_id("pick-files").set_input_files(files)
    expect(ada.page.get_by_test_id("attachment")).to_have_attribute("data-state", "done")
    left = "() => (({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)"
    ada.page.wait_for_function(f"{left}(document.querySelector('[data-virtuoso-scroller]')) < 2")
    last, box = ada.message("line 7").bounding_box(), ada.page.get_by_test_id("attachment").bounding_box()
    assert last is not None and box is not None
    assert last["y"] + last["height"] <= box["y"]


def test_what_brings_only_files_says_so_where_it_is_quoted(visit: Visit, request: pytest.FixtureRequest) -> None:
    ada, bill = _two(visit, "8", request)
    ada.say("look")
    bill.sees("look")
    files = [_file(f"{n}.jpg", "image/jpeg", _photo(60, 40)) for n in range(2)]
    ada.page.get_by_test_id("pick-files").set_input_files(files)
    expect(ada.page.get_by_test_id("attachment")).to_have_count(2)
    ada.composer.press("Enter")
    message = bill.page.get_by_test_id("message").last
    expect(message.get_by_test_id("open-picture")).to_have_count(2)
    expect(bill.page.locator("[aria-live=polite]").filter(has_text="Sent 2 pictures")).to_have_count(1)
    message.hover()
    message.get_by_role("button", name="Reply").click()
    expect(bill.page.get_by_text("Sent 2 pictures: 0.jpg and 1 more", exact=True)).to_be_visible()
    bill.say("nice").sees("nice")
    expect(ada.message("nice").get_by_role("button", name="Replied to")).to_contain_text("0.jpg and 1 more")
