//! How much of a case's evidence is repeated in a page, so that hundreds of plays stay in one that opens fast.

use crate::visible;

/// Longest line that is repeated, in characters.
const LONGEST_LINE: usize = 1_000;

/// A part of a list.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<T> {
    /// One of its items.
    Shown(T),
    /// So many of them in a row were left out.
    Left(usize),
}

impl<T> Piece<T> {
    /// The item, if it is one.
    pub(super) fn shown(&self) -> Option<&T> {
        match self {
            Self::Shown(item) => Some(item),
            Self::Left(_) => None,
        }
    }
}

/// The items for which there is room, with what was left out in between: those that are wanted first, then the
/// others in their order. `size` is what an item takes.
pub(super) fn pieces<T>(
    all: Vec<T>,
    room: &mut Room,
    size: impl Fn(&T) -> usize,
    is_wanted: impl Fn(&T) -> bool,
) -> Vec<Piece<T>> {
    let mut fits = |item: &T| room.takes(size(item));
    let wanted: Vec<bool> = all
        .iter()
        .map(|item| is_wanted(item) && fits(item))
        .collect();
    let mut is_full = false;
    let mut pieces = Vec::new();
    for (item, is_chosen) in all.into_iter().zip(wanted) {
        // Behind the first that does not fit nothing is shown that is not wanted, so that what is shown has a
        // beginning without holes.
        let is_shown = is_chosen || !is_full && fits(&item);
        is_full |= !is_shown;
        match (is_shown, pieces.last_mut()) {
            (true, _) => pieces.push(Piece::Shown(item)),
            (false, Some(Piece::Left(count))) => *count += 1,
            (false, _) => pieces.push(Piece::Left(1)),
        }
    }
    pieces
}

/// What a text takes once it is escaped, with what stands around it.
pub(super) fn size(text: &str, around: usize) -> usize {
    let of = |c: char| match c {
        '&' | '<' | '>' | '"' | '\'' => 5,
        c => c.len_utf8(),
    };
    text.chars().map(of).sum::<usize>() + around
}

/// What is repeated of a line.
pub(super) fn cut(line: &str) -> String {
    cut_to(line, LONGEST_LINE)
}

/// The first so many characters of a line.
pub(super) fn cut_to(line: &str, most: usize) -> String {
    match line.char_indices().nth(most) {
        None => line.to_owned(),
        Some((end, _)) => format!("{}…", &line[..end]),
    }
}

/// What may still be written, in bytes.
#[derive(Debug)]
pub(super) struct Room(usize);

impl Room {
    pub(super) fn of(bytes: usize) -> Self {
        Self(bytes)
    }

    /// So much of it for one part, with what is left of an earlier part's.
    pub(super) fn part(&mut self, bytes: usize, earlier: &Self) -> Self {
        let own = bytes.min(self.0);
        self.0 -= own;
        Self(own + earlier.0)
    }

    /// Whether so much fits, which then is taken.
    pub(super) fn takes(&mut self, bytes: usize) -> bool {
        let fits = bytes <= self.0;
        self.0 -= if fits { bytes } else { 0 };
        fits
    }

    /// A text of others on one line, as much of it as fits.
    pub(super) fn line(&mut self, text: &str) -> String {
        let line = cut(&visible::line(text));
        let mut taken = 0;
        let mut ends = line.char_indices().map(|(at, c)| {
            taken += size(c.encode_utf8(&mut [0; 4]), 0);
            (at, taken)
        });
        let told = match ends.find(|(_, taken)| *taken > self.0) {
            None => line,
            Some((0, _)) => String::new(),
            Some((end, _)) => format!("{}…", &line[..end]),
        };
        self.0 = self.0.saturating_sub(size(&told, 0));
        told
    }

    /// The first of some for which there is room, and how many there is none for.
    pub(super) fn first<T>(
        &mut self,
        all: impl IntoIterator<Item = T>,
        size: impl Fn(&T) -> usize,
    ) -> (Vec<T>, usize) {
        let (mut told, mut left) = (Vec::new(), 0);
        for item in all {
            if left == 0 && self.takes(size(&item)) {
                told.push(item);
            } else {
                left += 1;
            }
        }
        (told, left)
    }
}

#[cfg(test)]
mod tests {
    use super::Piece::{Left, Shown};
    use super::*;

    #[test]
    fn what_is_wanted_comes_first_and_what_is_left_out_is_counted() {
        let shown = |room, wanted: &[usize]| {
            let all = (0..8).collect();
            pieces(
                all,
                &mut Room::of(room),
                |_| 10,
                |item| wanted.contains(item),
            )
        };
        assert_eq!(shown(0, &[]), [Left(8)]);
        assert_eq!(shown(20, &[]), [Shown(0), Shown(1), Left(6)]);
        assert_eq!(
            shown(30, &[5]),
            [Shown(0), Shown(1), Left(3), Shown(5), Left(2)]
        );
        assert_eq!(shown(10, &[5, 7]), [Left(5), Shown(5), Left(2)]);
        assert_eq!(shown(80, &[]).len(), 8);
    }

    #[test]
    fn a_line_is_cut_to_what_is_left() {
        let mut room = Room::of(12);
        assert_eq!(room.line("a<b"), "a<b");
        assert_eq!(room.line("<<<"), "<…");
        assert_eq!(room.line("more"), "");
        assert!(!room.takes(1) && room.takes(0));
        let mut room = Room::of(7);
        assert_eq!(room.first([3, 5, 1], |own| *own), (vec![3], 2));
    }

    #[test]
    fn sizes_are_those_of_what_is_written() {
        assert_eq!(size("a<é", 3), 1 + 5 + 2 + 3);
        assert_eq!(cut(&"é".repeat(2_000)).chars().count(), LONGEST_LINE + 1);
    }
}
