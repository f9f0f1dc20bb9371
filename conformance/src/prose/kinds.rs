//! Kinds of tokens that signs may ask for: `#number`, `#path`.

macro_rules! kinds {
    ($($name:ident $key:literal),+ $(,)?) => {
        /// What a token is beside its letters.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Asked { $($name),+ }

        impl Asked {
            /// All kinds.
            const ALL: &'static [Self] = &[$(Self::$name),+];

            /// What signs call it.
            fn key(self) -> &'static str {
                match self { $(Self::$name => $key),+ }
            }
        }
    };
}

kinds! {
    Number "number",
    Count "count",
    Path "path",
    Template "template",
    Field "field",
    Example "example",
    Endpoint "endpoint",
    Task "task",
    Compare "compare",
    Arrow "arrow",
    Redirect "redirect",
    Stderr "stderr",
    Option "option",
    Code "code",
    Data "data",
    Colon "colon",
    Source "source",
}

/// The element that stands for each kind, where a sign asks for it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Kinds([Option<u32>; Asked::ALL.len()]);

impl Kinds {
    /// Lets an element stand for a kind. Whether there is such a kind.
    pub(super) fn set(&mut self, key: &str, element: u32) -> bool {
        let kind = Asked::ALL.iter().find(|kind| kind.key() == key);
        if let Some(kind) = kind {
            self.0[*kind as usize] = Some(element);
        }
        kind.is_some()
    }

    /// Appends the element of a kind.
    pub(super) fn push(&self, kind: Asked, into: &mut Vec<u32>) {
        into.extend(self.0[kind as usize]);
    }
}
