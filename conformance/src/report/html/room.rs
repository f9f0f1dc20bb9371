//! How much of a case's evidence is repeated in a page, so that hundreds of plays stay in one that opens fast.

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

/// The items for which there is room, with what was left out in between: those that are wanted first, then the
/// others in their order. `size` is what an item takes.
pub(super) fn pieces<T>(
    all: Vec<T>,
    room: usize,
    size: impl Fn(&T) -> usize,
    is_wanted: impl Fn(&T) -> bool,
) -> Vec<Piece<T>> {
    let mut left = room;
    let mut fits = |item: &T| {
        let own = size(item);
        let fits = own <= left;
        left -= if fits { own } else { 0 };
        fits
    };
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
    match line.char_indices().nth(LONGEST_LINE) {
        None => line.to_owned(),
        Some((end, _)) => format!("{}…", &line[..end]),
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
            pieces(all, room, |_| 10, |item| wanted.contains(item))
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
    fn sizes_are_those_of_what_is_written() {
        assert_eq!(size("a<é", 3), 1 + 5 + 2 + 3);
        assert_eq!(cut(&"é".repeat(2_000)).chars().count(), LONGEST_LINE + 1);
    }
}
