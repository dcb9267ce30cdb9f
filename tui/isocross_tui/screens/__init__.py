"""What stands over the desk for a while: a form to fill, a list to choose from, a page to read, a question to answer.

Each is a screen of the toolkit that ends once, with a result or with nothing, however many keys ask for it. They know
fields, choices and words and nothing of an account: `isocross_tui.forms` says what is asked.

In: fields, choices or paragraphs. Out: what was typed or chosen, or None.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross_tui.screens.choose import Choice, Choose
    from isocross_tui.screens.dialog import Dialog, EndsOnce
    from isocross_tui.screens.form import Field, Form, Verdict, worded
    from isocross_tui.screens.tell import Ask, Tell
else:
    __getattr__ = handed_on(__name__)

__all__ = ["Ask", "Choice", "Choose", "Dialog", "EndsOnce", "Field", "Form", "Tell", "Verdict", "worded"]
