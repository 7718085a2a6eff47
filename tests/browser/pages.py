"""What a person does on the page, by the names that a screen reader would say."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

PASSWORD = "correct horse battery"


class Visitor:
    """Somebody with a browser open."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url

    def go(self, path: str = "/") -> Visitor:
        self.page.goto(self.url + path)
        return self

    def fill_account(self, username: str, action: str) -> Visitor:
        self.page.get_by_label("Your name").fill(username.title())
        self.page.get_by_label("Username").fill(username)
        self.page.get_by_label("E-mail").fill(f"{username}@example.org")
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name=action).click()
        expect(self.page.get_by_role("navigation", name="Rooms")).to_be_visible()
        return self

    def register(self, username: str) -> Visitor:
        self.go()
        self.page.get_by_role("button", name="Create an account").click()
        return self.fill_account(username, "Create account")

    def sign_in(self, username: str, password: str = PASSWORD) -> Visitor:
        self.go()
        self.page.get_by_label("Username or e-mail").fill(username)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("navigation", name="Rooms")).to_be_visible()
        return self

    def create_room(self, name: str) -> Visitor:
        self.page.get_by_role("button", name="Create a room").click()
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_label("Name").fill(name)
        dialog.get_by_role("button", name="Create room").click()
        expect(self.composer).to_be_visible()
        return self

    def join_room(self, name: str) -> Visitor:
        self.page.get_by_role("button", name="Browse rooms").click()
        self.page.get_by_role("dialog").get_by_role("button", name=f"Join {name}").click()
        expect(self.composer).to_be_visible()
        return self

    @property
    def composer(self) -> Locator:
        return self.page.get_by_test_id("composer")

    def say(self, text: str) -> Visitor:
        self.composer.fill(text)
        self.composer.press("Enter")
        return self

    def message(self, text: str) -> Locator:
        return self.page.get_by_test_id("message").filter(has_text=text)

    def sees(self, text: str, state: str = "sent") -> Visitor:
        """Expect exactly one message with this text, in this state."""
        expect(self.message(text)).to_have_count(1)
        expect(self.message(text)).to_have_attribute("data-state", state)
        return self

    def texts(self, prefix: str) -> list[str]:
        """Return the shown messages that begin so, from top to bottom."""
        found = self.page.get_by_test_id("message").locator("[data-part=text], p").filter(has_text=prefix)
        return [text for text in found.all_inner_texts() if text.startswith(prefix)]

    def choose(self, message: Locator, action: str) -> Visitor:
        message.hover()
        message.get_by_role("button", name="More actions").click()
        self.page.get_by_role("menuitem", name=action).click()
        return self
