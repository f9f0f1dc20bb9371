//! What text is made of: words, numbers, paths, templates, endpoints and signs.

/// Bytes of the source, from the first to behind the last.
pub type Span = std::ops::Range<usize>;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A word.
    Word,
    /// A number, with sign, unit or percent.
    Number,
    /// A file or folder, or a pattern of them.
    Path,
    /// A name with fields to be filled in; how many.
    Template(u8),
    /// A name that shows its parts: `b4-g32-s1`.
    Example,
    /// An endpoint of the server.
    Endpoint,
    /// The id of a task.
    Task,
    /// `<`, `>=`, `=` and the like.
    Compare,
    /// `->` and the like.
    Arrow,
    /// `>`, `2>&1` and the like, in front of a file or in a command.
    Redirect,
    /// An option of a command: `--seed`.
    Option,
    /// A web address that is no endpoint.
    Address,
}

/// What stands between a token and the one before it; what comes later separates more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Before {
    /// Blank space at most.
    Nothing,
    /// A comma.
    Comma,
    /// A parenthesis that opens or closes.
    Parenthesis,
    /// A dash with blanks around it.
    Dash,
    /// A colon.
    Colon,
    /// A semicolon.
    Semicolon,
    /// The end of a sentence.
    Stop,
    /// The end of a question.
    Question,
}

/// A token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
    /// What stands in front of it.
    pub before: Before,
    /// Whether it stands in a code span or block.
    pub is_code: bool,
    /// Its folded text, as bytes of [`Tokens::folded`].
    pub(super) folded: std::ops::Range<u32>,
    /// The words that it is made of, as indices of [`Tokens::inner`]; none for a word.
    pub(super) inner: std::ops::Range<u32>,
}

/// Tokens with their texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tokens {
    pub(super) all: Vec<Token>,
    pub(super) folded: String,
    pub(super) inner: Vec<std::ops::Range<u32>>,
}

impl Tokens {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The token at an index.
    pub fn get(&self, at: usize) -> Option<&Token> {
        self.all.get(at)
    }

    /// The index of the first one that begins at the byte `at` or behind it.
    pub fn behind(&self, at: usize) -> usize {
        self.all.partition_point(|token| token.span.start < at)
    }

    /// All of them.
    pub fn iter(&self) -> std::slice::Iter<'_, Token> {
        self.all.iter()
    }

    /// The folded text of a token: words in lower case, a path or template as it stands, an endpoint
    /// as `POST /runs` or, where no method is named, ` /runs`.
    pub fn text(&self, token: &Token) -> &str {
        self.slice(&token.folded)
    }

    /// The words of which a path, template or name is made, in lower case.
    pub fn inner(&self, token: &Token) -> impl Iterator<Item = &str> {
        let range = token.inner.start as usize..token.inner.end as usize;
        let words = self.inner.get(range).unwrap_or_default();
        words.iter().map(|word| self.slice(word))
    }

    fn slice(&self, range: &std::ops::Range<u32>) -> &str {
        self.folded
            .get(range.start as usize..range.end as usize)
            .unwrap_or_default()
    }
}

impl<'t> IntoIterator for &'t Tokens {
    type Item = &'t Token;
    type IntoIter = std::slice::Iter<'t, Token>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
