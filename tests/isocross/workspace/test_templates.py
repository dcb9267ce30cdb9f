import pytest

from isocross.workspace import SaveError, load_file, load_text, shipped
from isocross.workspace.templates import TemplateError, template, templates, write_new


def test_every_shipped_workspace_is_a_template_with_a_title():
    found = templates()
    assert list(found) == list(shipped())
    assert {"guide-cross", "isolated-short", "hedge", "ladder", "basket"} <= set(found)
    assert len({known.title for known in found.values()}) == len(found)


@pytest.mark.parametrize("name", templates())
def test_a_template_is_a_workspace_that_explains_itself(name, tmp_path):
    text = template(name).text
    assert text.startswith("# ")
    assert load_text(text).name == template(name).title
    write_new(text, tmp_path / "new.toml")
    assert (tmp_path / "new.toml").read_text(encoding="utf-8") == text


def test_an_unknown_template_is_named_with_the_known_ones():
    with pytest.raises(
        TemplateError, match=r'no template is called "hegde"; did you mean "hedge"\? \(expected one of b'
    ):
        template("hegde")
    with pytest.raises(TemplateError, match=r'"\\u001b"'):
        template("\x1b")


def test_what_is_there_is_never_overwritten_unless_that_is_asked_for(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("mine")
    text = template("hedge").text
    with pytest.raises(TemplateError, match=r"mine\.toml is there already \(expected another name, or --force"):
        write_new(text, path)
    assert path.read_text() == "mine"
    write_new(text, path, force=True)
    assert load_file(path).name == "A hedge in one market"


def test_a_link_and_a_folder_are_something_already(tmp_path):
    text = template("hedge").text
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    for name in ("dangling", ""):
        with pytest.raises(TemplateError, match=r"is there already|is a folder"):
            write_new(text, tmp_path / name)
    with pytest.raises(TemplateError, match="is a folder"):
        write_new(text, tmp_path, force=True)
    assert not (tmp_path / "nowhere").exists()


def test_what_cannot_be_written_is_said(tmp_path):
    text = template("hedge").text
    for path in (tmp_path / "none" / "x.toml", "a\0b"):
        with pytest.raises(SaveError, match="could not save"):
            write_new(text, path)
    with pytest.raises(SaveError, match="could not be read back"):
        write_new("wallet = ", tmp_path / "bad.toml")
    assert list(tmp_path.iterdir()) == []
