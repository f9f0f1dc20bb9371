//! What keys and values of a case file look like.

/// What a value must look like.
pub(super) enum Form {
    /// A text, of which a function says what is wrong, and what a schema can tell of that.
    Text(fn(&str) -> Option<String>, Looks),
    /// True or false.
    Flag,
    /// A whole number in a range.
    Whole(i64, i64),
    /// A finite number in a range.
    Number(f64, f64),
    /// One of some words.
    Word(&'static [&'static str]),
    /// A list.
    List(&'static Form),
    /// A table with known keys.
    Table(&'static [Key]),
    /// A table with any keys.
    Free,
    /// A table from any keys to values of one form.
    Map(&'static Form),
    /// A list of entries, or one of the words for many kinds of faults.
    Axis,
    /// A fault, which says itself what is wrong with it.
    Fault,
    /// When a fault strikes.
    When,
    /// A program that runs pretend to be, which says itself what is wrong with it.
    Program,
}

/// What a schema tells of a text.
pub(super) enum Looks {
    Anyhow,
    Filled,
    /// A regular expression of ECMAScript.
    Like(&'static str),
    OneOf(&'static [&'static str]),
}

/// A key of a table.
pub(super) struct Key {
    pub(super) name: &'static str,
    /// What it says.
    pub(super) says: &'static str,
    pub(super) form: Form,
    /// Whether the table needs it.
    pub(super) is_needed: bool,
}

pub(super) const fn key(name: &'static str, form: Form, says: &'static str) -> Key {
    let is_needed = false;
    Key {
        name,
        says,
        form,
        is_needed,
    }
}

pub(super) const fn needed(name: &'static str, form: Form, says: &'static str) -> Key {
    let mut key = key(name, form, says);
    key.is_needed = true;
    key
}
