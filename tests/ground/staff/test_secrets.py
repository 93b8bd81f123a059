from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from kexin.ground.staff import secrets
from kexin.project.home import secret_keys


@given(st.text())
def test_what_was_encrypted_is_read_again(plain: str) -> None:
    assert secrets.decrypt(secrets.encrypt(plain, purpose="channels.smtp"), purpose="channels.smtp") == plain


def test_the_stored_form_tells_nothing_and_is_never_the_same_twice() -> None:
    stored = secrets.encrypt("hunter2", purpose="channels.smtp")

    assert "hunter2" not in stored
    assert stored != secrets.encrypt("hunter2", purpose="channels.smtp")


@pytest.mark.parametrize("stored", ["", "nonsense", "gAAAAA", "密"])
def test_what_cannot_be_read_is_said(stored: str) -> None:
    with pytest.raises(secrets.SecretUnreadable):
        secrets.decrypt(stored, purpose="channels.smtp")


def test_a_secret_of_one_purpose_is_not_read_as_another() -> None:
    with pytest.raises(secrets.SecretUnreadable):
        secrets.decrypt(secrets.encrypt("x", purpose="channels.smtp"), purpose="channels.wecom")


def test_keys_rotate_without_losing_a_secret(settings: Settings) -> None:
    old = settings.SECRET_KEY
    stored = secrets.encrypt("hunter2", purpose="channels.smtp")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new key", [old]

    assert secrets.decrypt(stored, purpose="channels.smtp") == "hunter2"
    renewed = secrets.renew(stored, purpose="channels.smtp")

    settings.SECRET_KEY_FALLBACKS = []
    assert secrets.decrypt(renewed, purpose="channels.smtp") == "hunter2"
    with pytest.raises(secrets.SecretUnreadable):
        secrets.decrypt(stored, purpose="channels.smtp")


def test_the_key_is_private_and_first_starts_at_the_same_moment_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as several:
        keys = {tuple(found) for found in several.map(lambda _: secret_keys(tmp_path), range(64))}

    assert len(keys) == 1
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


def test_older_keys_stand_below(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("new\nold\n", encoding="ascii")

    assert secret_keys(tmp_path) == ["new", "old"]
